import {
  isProviderError,
  isReadableKey,
  type Location,
  ProviderError,
  type ProviderContext,
  type StoredObject,
} from '@holdfast/core/provider-api';
import { cancelled, defaultRetryPolicy, throwIfCancelled } from '@holdfast/object-storage';
import { openBucket } from './bucket.js';
import type { BucketAddress } from './bucket-address.js';
import { factStore } from './bucket-facts.js';
import { deleteObject } from './delete-object.js';
import { getObject } from './get-object.js';
import { listObjects } from './list-objects.js';
import { noticesOf } from './notices.js';
import { headObject } from './object-info.js';
import type { OpenLocation } from './open-location.js';
import { placeOfBucket } from './place-of-bucket.js';
import { putObject } from './put-object.js';
import { sweepBucket } from './sweep.js';
import { tryBucket } from './try-bucket.js';
import { workNotes } from './work-notes.js';

/** The part of a bucket below a prefix as a location. */
export function cloudLocation(address: BucketAddress, context: Omit<ProviderContext, 'firstUse'>): Required<Omit<Location, 'usage'>> {
  const { stateFolder, locationId, log, signal: lifetime } = context;
  const bucket = openBucket(address, { log, policy: defaultRetryPolicy });
  const { root, path } = placeOfBucket(address);
  const place = `${root}/${path}`;
  const at: OpenLocation = {
    bucket,
    notes: workNotes(stateFolder, locationId, place),
    facts: factStore(stateFolder, locationId, place),
    lifetime,
  };

  async function attempt<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    throwIfCancelled(signal);
    try {
      return await run();
    } catch (error) {
      throw signal.aborted && !isCancelled(error) ? cancelled(signal) : error;
    }
  }

  async function store(body: ReadableStream<unknown>, signal: AbortSignal, run: () => Promise<StoredObject>): Promise<StoredObject> {
    try {
      return await attempt(signal, run);
    } catch (error) {
      // One that was begun has been cancelled where it was read.
      if (!body.locked) body.cancel(error).catch(() => {});
      throw error;
    }
  }

  return {
    put: (key, body, options) => store(body, options.signal, () => putObject(at, key, body, options)),
    putDeferred: (key, body, options) => store(body, options.signal, () => putObject(at, key, body, options)),
    get: (key, options) => attempt(options.signal, async () => getObject(bucket, readable(key), options)),
    head: (key, { signal }) => attempt(signal, async () => headObject(bucket, readable(key), signal)),
    async *list(prefix, { signal }) {
      throwIfCancelled(signal);
      yield* listObjects(bucket, prefix, signal);
    },
    delete: (key, { signal }) => attempt(signal, async () => deleteObject(at, readable(key), signal)),
    check: ({ signal }) =>
      attempt(signal, async () => {
        const findings = await tryBucket(bucket, at.notes, signal);
        await at.facts.write(findings.facts);
        return noticesOf(findings, address);
      }),
    sweep: ({ signal }) => attempt(signal, () => sweepBucket(at, signal)),
    async [Symbol.asyncDispose]() {
      bucket[Symbol.dispose]();
    },
  };
}

function isCancelled(error: unknown): boolean {
  return isProviderError(error) && error.code === 'cancelled';
}

function readable(key: string): string {
  if (isReadableKey(key)) return key;
  throw new ProviderError('internal', `${JSON.stringify(key)} is not a key that an object can have.`);
}
