import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificates (PEM) that are trusted beside those of the system. */
  readonly ca?: readonly string[];
  readonly signal: AbortSignal;
}

const mostAnswerBytes = 64 * 1024;

/**
 * Sends a request and waits for the whole answer. Certificates are checked, and redirects are not followed: they could lead secrets elsewhere.
 * Rejects unless the answer is one of success; what it rejects with does not repeat the URL.
 */
export async function sendHttp({ url, method, headers, body, ca, signal }: HttpRequest): Promise<void> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  const sent = request(url, {
    method,
    headers: { 'user-agent': 'holdfast', ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
    // A connection that is kept would keep the process.
    agent: false,
    signal,
    ...(ca !== undefined && { ca: [...ca] }),
  });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  await drain(answer);
  const { statusCode = 0 } = answer;
  if (statusCode >= 300 && statusCode < 400) throw new Error(`it answers with a redirect (${statusCode}), which is not followed`);
  if (statusCode < 200 || statusCode >= 300) throw new Error(`it answers with ${statusCode}`);
}

/** What it says does not matter, and may be endless. */
async function drain(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) break;
  }
  answer.destroy();
}
