import { Readable } from 'node:stream';
import { ProviderError } from '@holdfast/core/provider-api';
import { inTimeLimit } from '@holdfast/object-storage';
import type { B2Client } from './b2-client.js';
import { b2Error, strangeAnswer } from './b2-error.js';
import type { Answer } from './transport.js';

/** The bytes of a range of a file, and what came with them. */
export interface Download {
  readonly body: Readable;
  readonly fileId: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** The SHA-1 of the whole file, in hexadecimal, where it is known. */
  readonly sha1: string | undefined;
}

/** Which file: the newest version of a name, or one version. */
export type DownloadOf = { readonly bucketName: string; readonly fileName: string } | { readonly fileId: string };

/** Undefined if the file ends before the range starts. Once. */
export async function download(
  client: B2Client,
  of: DownloadOf,
  { offset, length }: { readonly offset: number; readonly length: number },
  signal: AbortSignal,
): Promise<Download | undefined> {
  const doing = 'fileName' in of ? `Reading ${JSON.stringify(of.fileName)}` : 'Reading on';
  const range = rangeOf(offset, length);
  return client.account.use(signal, async ({ b2 }) => {
    const limits = { total: client.timing.downloadIdleMs };
    const answer = await client.transport.send({ doing, limits, signal }, (settings) => {
      const headers = range === undefined ? {} : { Range: range };
      const responseType = 'stream' as const;
      const call = { responseType, axiosOverride: { ...settings, headers, decompress: false, maxContentLength: -1 } };
      return 'fileName' in of ? b2.downloadFileByName({ ...of, ...call }) : b2.downloadFileById({ ...of, ...call });
    });
    const { data: body, status } = answer;
    if (!(body instanceof Readable)) throw strangeAnswer(doing);
    if (status === 416) {
      body.destroy();
      return undefined;
    }
    if (status === (range === undefined ? 200 : 206)) return toDownload(doing, answer, body);
    if (status < 300) {
      body.destroy();
      throw strangeAnswer(doing);
    }
    throw b2Error(doing, { status, data: await errorIn(body, signal), retryAfter: answer.header('retry-after') }, client.hide);
  });
}

function rangeOf(offset: number, length: number): string | undefined {
  if (offset === 0 && length === Number.POSITIVE_INFINITY) return undefined;
  return `bytes=${offset}-${length === Number.POSITIVE_INFINITY ? '' : Math.min(offset + length - 1, Number.MAX_SAFE_INTEGER)}`;
}

function toDownload(doing: string, answer: Answer, body: Readable): Download {
  const fileId = answer.header('x-bz-file-id');
  const total = /^bytes \d+-\d+\/(?<total>\d+)$/.exec(answer.header('content-range') ?? '')?.groups?.['total'];
  const size = Number((answer.status === 206 ? total : answer.header('content-length')) ?? Number.NaN);
  if (fileId === undefined || !Number.isSafeInteger(size)) {
    body.destroy();
    throw strangeAnswer(doing);
  }
  return { body, fileId, size, sha1: sha1In(answer) };
}

/** B2 knows that of a file which came in one call; of a large one, who uploaded it may have told. */
function sha1In(answer: Answer): string | undefined {
  const own = answer.header('x-bz-content-sha1')?.replace(/^unverified:/, '');
  const sha1 = own === undefined || own === 'none' ? answer.header('x-bz-info-large_file_sha1') : own;
  return sha1 !== undefined && /^[0-9a-f]{40}$/i.test(sha1) ? sha1.toLowerCase() : undefined;
}

/** An error is short and comes at once; anything else is none. */
const largestError = 64 * 1024;
const errorLimits = { total: 10_000 };

/** The error that a body tells; nothing if it is something else. */
async function errorIn(body: Readable, signal: AbortSignal): Promise<unknown> {
  return inTimeLimit(signal, errorLimits, async (limit) => {
    limit.signal.addEventListener('abort', () => body.destroy());
    let text = '';
    try {
      for await (const chunk of body) {
        text += String(chunk);
        if (text.length > largestError) return undefined;
      }
      const value: unknown = JSON.parse(text);
      return value;
    } catch {
      return undefined;
    }
  });
}

export function notThere(name: string): ProviderError {
  return new ProviderError('not-found', `There is no ${JSON.stringify(name)}.`);
}
