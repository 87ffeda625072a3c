import { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { type GetOptions, ProviderError } from '@holdfast/core/provider-api';
import { resumingStream } from '@holdfast/object-storage';
import type { Bucket } from './bucket.js';
import { isFailure, strangeAnswer } from './call-error.js';

/** Milliseconds without a byte after which a connection counts as broken. */
const idleMs = 60_000;

interface Answer {
  readonly body: Readable;
  readonly tag: string;
  /** The first byte, and the one behind the last. */
  readonly start: number;
  readonly end: number;
}

/** The object's bytes from `offset`, at most `length` of them. All requests for them ask for the same object, by its entity tag. */
export async function getObject(bucket: Bucket, key: string, options: GetOptions): Promise<ReadableStream<Uint8Array>> {
  const { signal, offset = 0, length = Number.POSITIVE_INFINITY } = options;
  if (!isCount(offset) || !(isCount(length) || length === Number.POSITIVE_INFINITY)) {
    throw new ProviderError('internal', `A range is asked for that can't be: offset ${offset}, length ${length}.`);
  }
  const doing = `Reading ${JSON.stringify(key)}`;
  const ask = async (from: number, count: number, until: AbortSignal, tag?: string): Promise<Answer> => {
    const range = from === 0 && count === Number.POSITIVE_INFINITY ? {} : { Range: rangeText(from, count) };
    const input = { ...bucket.at(key), ...range, ...(tag !== undefined && { IfMatch: tag }) };
    return toAnswer(await bucket.client.send(new GetObjectCommand(input), { abortSignal: until }), from, count);
  };
  // Also where nothing of it is wanted: then the object still has to be there.
  const wanted = Math.max(length, 1);
  const first = await bucket
    .call({ doing, signal }, (_, { abortSignal }) => ask(offset, wanted, abortSignal))
    .catch((error: unknown) => emptyBehindEnd(error));
  if (first === undefined || length === 0) {
    first?.body.destroy();
    return new Blob([]).stream();
  }
  return resumingStream({
    offset,
    length: Math.min(length, first.end - offset),
    first: first.body,
    policy: bucket.policy,
    idleMs,
    signal,
    open: async (from, count, until) => {
      try {
        const again = await ask(from, count, until, first.tag);
        if (again.tag === first.tag && again.end === from + count) return again.body;
        again.body.destroy();
      } catch (error) {
        throw bucket.explain(error, doing);
      }
      throw new ProviderError('not-found', `${doing} failed: the object was replaced meanwhile.`);
    },
  });
}

function emptyBehindEnd(error: unknown): undefined {
  if (isFailure(error, 'no-range')) return undefined;
  throw error;
}

function rangeText(from: number, count: number): string {
  return `bytes=${from}-${count === Number.POSITIVE_INFINITY ? '' : from + count - 1}`;
}

function toAnswer({ Body, ETag, ContentRange, ContentLength = 0 }: GetObjectCommandOutput, from: number, count: number): Answer {
  if (!(Body instanceof Readable)) throw new ProviderError('internal', 'The client gives a body of an unknown kind.');
  if (ETag === undefined) {
    Body.destroy();
    throw strangeAnswer('Reading an object');
  }
  const start = Number(/^bytes (\d+)-/.exec(ContentRange ?? 'bytes 0-')?.[1] ?? 0);
  const end = start + ContentLength;
  if (start === from && end <= from + count) return { body: Body, tag: ETag, start, end };
  Body.destroy();
  throw new ProviderError('internal', 'The service answers with other bytes of the object than were asked for.');
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
