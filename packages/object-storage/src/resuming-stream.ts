import { isProviderError, ProviderError } from '@holdfast/core/provider-api';
import { type ByteSource, type ByteStream, byteSource } from './byte-source.js';
import { cancelled } from './cancellation.js';
import { linkedController } from './linked-controller.js';
import { defaultRetryPolicy, delayBehind, isWorthRetrying, pause, type RetryOptions, type RetryPolicy, wait } from './retry.js';

/** Which bytes are wanted, and how to come by them. */
export interface ResumingStreamOptions extends Omit<RetryOptions, 'now'> {
  /**
   * Asks for a range of the object, of which it has made sure that it is still the same one (by its id or its entity tag). Throws
   * `ProviderError`s; `unavailable` and `rate-limited` are tried again.
   */
  readonly open: (offset: number, length: number, signal: AbortSignal) => Promise<ByteStream>;
  /** What asking for the whole range has already given. */
  readonly first?: ByteStream;
  /** The first byte wanted. */
  readonly offset: number;
  /** How many bytes there are. */
  readonly length: number;
  /** `attempts` counts those in a row that brought no byte; `maxTotalMs` is not looked at. */
  readonly policy?: RetryPolicy;
  /** Milliseconds without a byte, while some are wanted, after which a connection counts as broken. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/**
 * The bytes of a range, asked for again behind the last one that came, when the connection breaks, stalls or ends early. They are counted
 * and not otherwise checked. Leaving it closes the connection.
 */
export function resumingStream(options: ResumingStreamOptions): ReadableStream<Uint8Array> {
  const { open, policy = defaultRetryPolicy, idleMs, signal, onRetry, random = Math.random, sleep = wait } = options;
  const life = linkedController(signal, cancelled);
  const end = options.offset + options.length;
  let position = options.offset;
  let source = options.first && byteSource(options.first);
  // Connections in a row that brought nothing.
  let failures = 0;
  let gotSome = false;

  function leave(): void {
    life[Symbol.dispose]();
    source?.close();
    source = undefined;
  }

  /** The next bytes, by the first connection that gives some. */
  async function next(): Promise<Uint8Array> {
    for (;;) {
      try {
        source ??= await connect(open, { position, length: end - position, idleMs, signal: life.signal });
        const bytes = await readSome(source, idleMs);
        if (bytes.length > end - position) throw new ProviderError('corrupt', 'The service sent more bytes than were asked for.');
        gotSome = true;
        return bytes;
      } catch (error) {
        source?.close();
        source = undefined;
        life.signal.throwIfAborted();
        await backOff(isProviderError(error) ? error : broken(error));
      }
    }
  }

  async function backOff(error: ProviderError): Promise<void> {
    failures = gotSome ? 0 : failures + 1;
    gotSome = false;
    if (!isWorthRetrying(error) || failures >= policy.attempts) throw error;
    const attempt = Math.max(1, failures);
    const delayMs = delayBehind(error, attempt, policy, random());
    if (delayMs === undefined) throw error;
    onRetry?.(error, { attempt, delayMs });
    await pause(sleep, delayMs, life.signal);
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        life.signal.addEventListener('abort', () => {
          leave();
          controller.error(life.signal.reason);
        });
        if (position < end && !life.signal.aborted) return;
        leave();
        if (life.signal.aborted) controller.error(life.signal.reason);
        else controller.close();
      },
      async pull(controller) {
        try {
          const bytes = await next();
          position += bytes.length;
          if (life.signal.aborted) return;
          controller.enqueue(bytes);
          if (position < end) return;
          if (source !== undefined) drain(source);
          source = undefined;
          leave();
          controller.close();
        } catch (error) {
          leave();
          throw error;
        }
      },
      cancel(reason) {
        leave();
        life.abort(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

async function connect(
  open: ResumingStreamOptions['open'],
  { position, length, idleMs, signal }: { position: number; length: number; idleMs: number; signal: AbortSignal },
): Promise<ByteSource> {
  const link = linkedController(signal);
  const opening = open(position, length, link.signal).then(byteSource);
  const close = (source?: ByteSource) => {
    source?.close();
    link[Symbol.dispose]();
  };
  try {
    const source = await unlessStalled(opening, idleMs);
    return { next: () => source.next(), close: () => close(source) };
  } catch (error) {
    link.abort(error);
    // Where the signal isn't heeded, it may still come.
    opening.then(close, () => close());
    throw error;
  }
}

async function readSome(source: ByteSource, idleMs: number): Promise<Uint8Array> {
  for (;;) {
    const bytes = await unlessStalled(source.next(), idleMs);
    if (bytes === undefined) throw broken(new Error('The body ended early.'));
    if (bytes.length > 0) return bytes;
  }
}

/** Lets the client see the end of an answer of which all bytes have come: so the connection can be used again. */
function drain(source: ByteSource): void {
  const close = () => source.close();
  unlessStalled(source.next(), 1_000).then(close, close);
}

async function unlessStalled<T>(promise: Promise<T>, idleMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ProviderError('unavailable', `No bytes came within ${idleMs / 1000} seconds.`)), idleMs);
  });
  try {
    return await Promise.race([promise, stalled]);
  } finally {
    clearTimeout(timer);
  }
}

function broken(cause: unknown): ProviderError {
  return new ProviderError('unavailable', 'The connection broke while bytes were read.', { cause });
}
