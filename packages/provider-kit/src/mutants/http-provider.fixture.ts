import { Agent, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import {
  isObjectKey,
  isReadableKey,
  type Location,
  type ObjectInfo,
  type ProviderDefinition,
  ProviderError,
  type ProviderErrorCode,
} from '@holdfast/core/provider-api';

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

/** What the provider does worse than it should. */
export interface Quirks {
  /** Takes an answer that broke off for one that ended. */
  readonly takesHalf?: boolean;
  readonly codeOfBreak?: ProviderErrorCode;
  readonly codeOfStatus?: (status: number) => ProviderErrorCode;
  readonly messageOf?: (page: string) => string;
  readonly forgetsRetryAfter?: boolean;
  readonly followsRedirects?: boolean;
  readonly ignoresSignal?: boolean;
  readonly connectsAtOnce?: boolean;
  readonly keepsConnections?: boolean;
  readonly triesForEver?: boolean;
  readonly saysVerified?: boolean;
  readonly impatient?: boolean;
  readonly readsAhead?: boolean;
  readonly keepsStreams?: boolean;
  readonly takesBreakForStored?: boolean;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly body?: ReadableStream<Uint8Array>;
}

const usualCodes: Readonly<Record<number, ProviderErrorCode>> = {
  401: 'auth-failed',
  403: 'permission-denied',
  404: 'not-found',
  429: 'rate-limited',
};

/** A provider for the store over HTTP, with the quirks that are asked for. */
export function httpProvider(quirks: Quirks): ProviderDefinition<HttpConfig> {
  return { open: async (config) => openHttp(config, quirks) };
}

async function openHttp({ host, port, token }: HttpConfig, quirks: Quirks): Promise<Location> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });

  function broken(error: unknown, signal: AbortSignal): ProviderError {
    if (signal.aborted) return new ProviderError('cancelled', 'The call was cancelled.');
    if (error instanceof ProviderError) return error;
    return new ProviderError(quirks.codeOfBreak ?? 'unavailable', 'The connection to the store broke.', { cause: error });
  }

  async function sendOnce({ method, path, signal, body }: Sent, to = { host, port }): Promise<IncomingMessage> {
    const heard = quirks.ignoresSignal === true ? {} : { signal };
    const outgoing = request({ ...to, ...heard, method, path, agent, headers: { authorization: `Bearer ${token}` } });
    if (quirks.impatient === true) outgoing.setTimeout(1_000).once('socket', () => setTimeout(() => outgoing.destroy(), 1_000));
    const answered = new Promise<IncomingMessage>((resolve, reject) => outgoing.once('response', resolve).once('error', reject));
    answered.catch(() => {});
    if (body === undefined) outgoing.end();
    else await pipeline(Readable.fromWeb(quirks.readsAhead === true ? body.pipeThrough(endless()) : body), outgoing, heard);
    return answered;
  }

  async function send(sent: Sent): Promise<IncomingMessage> {
    if (sent.signal.aborted && quirks.ignoresSignal !== true) {
      await sent.body?.cancel();
      throw new ProviderError('cancelled', 'The call was cancelled.');
    }
    try {
      const answer = await sendOnce(sent);
      const { statusCode = 0, headers } = answer;
      if (statusCode < 300) return answer;
      if (quirks.followsRedirects === true && headers.location !== undefined) {
        const { hostname, port: other, pathname } = new URL(headers.location);
        return await sendOnce({ method: 'GET', path: pathname, signal: sent.signal }, { host: hostname, port: Number(other) });
      }
      const page = await text(answer);
      const code = quirks.codeOfStatus?.(statusCode) ?? usualCodes[statusCode] ?? 'unavailable';
      const retryAfter = quirks.forgetsRetryAfter === true ? NaN : Number(headers['retry-after']);
      const message = quirks.messageOf?.(page) ?? `The store answers ${statusCode}.`;
      throw new ProviderError(code, message, Number.isNaN(retryAfter) ? {} : { retryAfter });
    } catch (error) {
      const failure = broken(error, sent.signal);
      if (quirks.triesForEver === true && failure.code === 'unavailable' && sent.body === undefined) return send(sent);
      throw failure;
    }
  }

  async function headOf(key: string, signal: AbortSignal): Promise<ObjectInfo | undefined> {
    if (!isReadableKey(key)) throw new ProviderError('internal', 'This is no key that can be read.');
    try {
      const { headers } = await send({ method: 'HEAD', path: `/${encodeURIComponent(key)}`, signal });
      return { key, size: Number(headers['x-size']), modifiedAt: String(headers['x-modified-at']) };
    } catch (error) {
      if (error instanceof ProviderError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  async function put(key: string, body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<ObjectInfo> {
    if (!isObjectKey(key)) throw new ProviderError('internal', 'This is no key.');
    let size = 0;
    const counted = body.pipeThrough(counting((bytes) => (size += bytes)));
    try {
      const answer = await send({ method: 'PUT', path: `/${encodeURIComponent(key)}`, signal, body: counted });
      const modifiedAt = await text(answer).catch((error: unknown) => Promise.reject(broken(error, signal)));
      return { key, size, modifiedAt, ...(quirks.saysVerified === true && { verified: true }) };
    } catch (error) {
      if (quirks.takesBreakForStored === true && !signal.aborted) return { key, size, modifiedAt: new Date().toISOString() };
      throw error;
    }
  }

  if (quirks.connectsAtOnce === true) await headOf('anything', new AbortController().signal);

  return {
    put: (key, body, { signal }) => put(key, body, signal),
    async get(key, { signal, offset = 0, length }) {
      const range = `?offset=${offset}${length === undefined ? '' : `&length=${length}`}`;
      const answer = await send({ method: 'GET', path: `/${encodeURIComponent(key)}${range}`, signal });
      return streamOfAnswer(answer, quirks, (error) => broken(error, signal));
    },
    head: (key, { signal }) => headOf(key, signal),
    async *list(prefix, { signal }) {
      const answer = await send({ method: 'GET', path: `/?prefix=${encodeURIComponent(prefix)}`, signal });
      const listed = await text(answer).catch((error: unknown) => Promise.reject(broken(error, signal)));
      yield* parseList(listed);
    },
    async delete(key, { signal }) {
      await send({ method: 'DELETE', path: `/${encodeURIComponent(key)}`, signal }).then(
        (answer) => answer.resume(),
        (error: unknown) => (error instanceof ProviderError && error.code === 'not-found' ? undefined : Promise.reject(error)),
      );
    },
    async [Symbol.asyncDispose]() {
      if (quirks.keepsConnections !== true) agent.destroy();
    },
  };
}

function parseList(listed: string): readonly ObjectInfo[] {
  try {
    return JSON.parse(listed) as readonly ObjectInfo[];
  } catch {
    throw new ProviderError('unavailable', 'The store gave no list.');
  }
}

function counting(count: (bytes: number) => void): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(bytes, out) {
      count(bytes.length);
      out.enqueue(bytes);
    },
  });
}

/** Takes all that there is at once. */
function endless(): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({}, { highWaterMark: 1_000_000 }, { highWaterMark: 1_000_000 });
}

function streamOfAnswer(answer: IncomingMessage, quirks: Quirks, broken: (error: unknown) => ProviderError): ReadableStream<Uint8Array> {
  const chunks = answer.iterator({ destroyOnReturn: quirks.keepsStreams !== true });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done === true) controller.close();
          else controller.enqueue(new Uint8Array(value as Buffer));
        } catch (error) {
          if (quirks.takesHalf === true) controller.close();
          else controller.error(broken(error));
        }
      },
      async cancel() {
        await chunks.return?.();
        if (quirks.keepsStreams !== true) answer.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
