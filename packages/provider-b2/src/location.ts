import {
  type CallOptions,
  type GetOptions,
  isObjectKey,
  isReadableKey,
  type Location,
  type ProviderContext,
  ProviderError,
  type PutOptions,
} from '@holdfast/core/provider-api';
import { createBucketFolder } from './bucket-folder.js';
import { checkLocation } from './check-location.js';
import { createB2Client } from './client/b2-client.js';
import { ordinaryTiming, type Timing } from './client/timing.js';
import { deleteObject } from './delete-object.js';
import { getObject } from './get-object.js';
import { headObject, listObjects } from './list-objects.js';
import { openCalls } from './open-calls.js';
import { type Body, putObject } from './put-object.js';
import type { Settings } from './settings.js';
import { sweepFolder } from './sweep.js';

/** A bucket, or a folder in it, as a location. The first call connects. */
export function createLocation(settings: Settings, context: ProviderContext, timing: Timing = ordinaryTiming) {
  const client = createB2Client(settings.credentials, settings.endpoint, timing);
  const at = createBucketFolder(client, settings, context);
  const calls = openCalls(context.signal);

  async function store(key: string, body: Body, options: PutOptions) {
    try {
      return await calls.run(options.signal, (signal) => {
        requireKey(key, isObjectKey(key));
        return putObject(at, key, body, { ...options, signal });
      });
    } catch (error) {
      // One that was begun has been cancelled where it was read.
      if (!body.locked) body.cancel(error).catch(() => {});
      throw error;
    }
  }

  const location = {
    put: store,
    putDeferred: store,
    get: (key: string, options: GetOptions) =>
      calls.stream(options.signal, (signal) => {
        requireKey(key, isReadableKey(key));
        return getObject(at, key, { ...options, signal });
      }),
    head: (key: string, { signal }: CallOptions) =>
      calls.run(signal, (signal) => {
        requireKey(key, isReadableKey(key));
        return headObject(at, key, signal);
      }),
    list: (prefix: string, { signal }: CallOptions) => calls.iterate(signal, (signal) => listObjects(at, prefix, signal)),
    delete: (key: string, { signal }: CallOptions) =>
      calls.run(signal, (signal) => {
        requireKey(key, isReadableKey(key));
        return deleteObject(at, key, signal);
      }),
    check: ({ signal }: CallOptions) => calls.run(signal, (signal) => checkLocation(at, settings.credentials, signal)),
    sweep: ({ signal }: CallOptions) => calls.run(signal, (signal) => sweepFolder(at, signal)),
    async [Symbol.asyncDispose]() {
      await calls.close();
      await client.close();
    },
  } satisfies Location;
  return location;
}

function requireKey(key: string, isRight: boolean): void {
  if (!isRight) throw new ProviderError('internal', `${JSON.stringify(key)} is no key for this.`);
}
