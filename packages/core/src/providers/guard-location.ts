import {
  type CallOptions,
  isObjectKey,
  isReadableKey,
  type Location,
  ProviderError,
  type PutOptions,
  type StoredObject,
} from '../provider-api/index.js';
import { cancelled, type GuardSubject, guardCall, toProviderError } from './guard-call.js';
import { guardStream } from './guard-stream.js';

/**
 * Holds a provider's location to the contract's general rules, so that neither the host nor each provider has to: keys are
 * checked, a signal that has fired ends a call with `cancelled`, every failure is a `ProviderError`, a failing body's own
 * error comes out of the `put` that read it, and what a failing `put` left unread is cancelled.
 */
export function guardLocation(location: Location, subject: GuardSubject): Location {
  const call = <T>(operation: string, options: CallOptions, run: () => Promise<T>) => guardCall(subject, operation, options.signal, run);
  const putDeferred = location.putDeferred?.bind(location);
  const check = location.check?.bind(location);
  const usage = location.usage?.bind(location);
  const sweep = location.sweep?.bind(location);

  /** Stores a body by either of the two ways. */
  async function store<T>(
    operation: string,
    key: string,
    source: ReadableStream<T>,
    options: PutOptions,
    run: (body: ReadableStream<T>) => Promise<StoredObject>,
  ): Promise<StoredObject> {
    let failed: { readonly error: unknown } | undefined;
    const body = guardStream(source, {
      onError: (error) => {
        failed = { error };
        return error;
      },
    });
    try {
      requireKey(isObjectKey(key), key);
      return await call(operation, options, () => run(body.stream));
    } catch (error) {
      body.stop(error);
      if (failed !== undefined && !options.signal.aborted) throw failed.error;
      throw error;
    }
  }

  return {
    put: (key, body, options) => store('put', key, body, options, (guarded) => location.put(key, guarded, options)),
    ...(putDeferred && {
      putDeferred: (key, body, options) => store('putDeferred', key, body, options, (guarded) => putDeferred(key, guarded, options)),
    }),
    async get(key, options) {
      requireKey(isReadableKey(key), key);
      const source = await call('get', options, () => location.get(key, options));
      const onError = (error: unknown) => toProviderError(subject, 'get', error, options.signal);
      return guardStream(source, { onError, signal: options.signal }).stream;
    },
    async head(key, options) {
      requireKey(isReadableKey(key), key);
      return call('head', options, () => location.head(key, options));
    },
    async *list(prefix, options) {
      if (options.signal.aborted) throw cancelled(options.signal);
      try {
        for await (const info of location.list(prefix, options)) {
          if (options.signal.aborted) throw cancelled(options.signal);
          // What can't be read back under its name is no object of ours or of anybody's backup.
          if (isReadableKey(info.key)) yield info;
        }
      } catch (error) {
        throw toProviderError(subject, 'list', error, options.signal);
      }
    },
    async delete(key, options) {
      requireKey(isReadableKey(key), key);
      return call('delete', options, () => location.delete(key, options));
    },
    ...(check && { check: (options) => call('check', options, () => check(options)) }),
    ...(usage && { usage: (options) => call('usage', options, () => usage(options)) }),
    ...(sweep && { sweep: (options) => call('sweep', options, () => sweep(options)) }),
    async [Symbol.asyncDispose]() {
      await location[Symbol.asyncDispose]();
    },
  };
}

function requireKey(valid: boolean, key: string): void {
  if (!valid) throw new ProviderError('internal', `${JSON.stringify(key)} is not a key that an object can have.`);
}
