import {
  type BodyPiece,
  type CallOptions,
  type GetOptions,
  type Location,
  type ObjectInfo,
  ProviderError,
  type PutOptions,
  type StoredObject,
} from '../../provider-api/index.js';
import { isNoticesOrNothing, isObjectInfo, isStoredObject, isUsage } from '../answers.js';
import { cancelled } from '../guard-call.js';
import type { LocationCall } from '../protocol/host-message.js';
import { receiveBytes } from '../protocol/incoming-stream.js';
import { isCount } from '../protocol/json-shape.js';
import { sendStream } from '../protocol/outgoing-stream.js';
import { answerOf, type RemoteCaller, resultOf } from './remote-call.js';
import { readEntries } from './remote-entries.js';

/** A location that another process holds open; `id` is that of the request that opened it, `has` names its optional calls. */
export function createRemoteLocation(caller: RemoteCaller, id: number, has: ReadonlySet<string>): Location {
  const ask = (call: LocationCall, { signal }: CallOptions) => caller.call(call, signal);

  async function store(
    method: 'put' | 'putDeferred',
    key: string,
    body: ReadableStream<Uint8Array> | ReadableStream<BodyPiece>,
    { signal, size }: PutOptions,
  ): Promise<StoredObject> {
    const stream = caller.newStream();
    const sending = sendStream(caller.data, stream, body, { credit: 0, onError: brokenOff });
    try {
      const call = caller.call({ method, location: id, key, stream, ...(size !== undefined && { size }) }, signal);
      return await answerOf(call, method, isStoredObject);
    } finally {
      sending.stop(new ProviderError('cancelled', 'The provider took no more of it.'));
    }
  }

  async function get(key: string, { signal, offset, length }: GetOptions): Promise<ReadableStream<Uint8Array>> {
    const stream = caller.newStream();
    const onOver = caller.begin();
    const range = { ...(offset !== undefined && { offset }), ...(isCount(length) && { length }) };
    const incoming = receiveBytes(caller.data, stream, {
      grant: false,
      onOver() {
        signal.removeEventListener('abort', onAbort);
        onOver();
      },
    });
    const { id: request, outcome } = caller.request({ method: 'get', location: id, key, stream, ...range }, signal);
    const onAbort = () => caller.cancel(request);
    try {
      await resultOf(outcome);
    } catch (error) {
      incoming.stop(error);
      throw error;
    }
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
    return incoming.stream;
  }

  async function* list(prefix: string, { signal }: CallOptions): AsyncGenerator<ObjectInfo, void, undefined> {
    const stream = caller.newStream();
    const incoming = receiveBytes(caller.data, stream, { grant: false, onOver: caller.begin() });
    const { id: request, outcome } = caller.request({ method: 'list', location: id, prefix, stream }, signal);
    // A provider that does not heed its signal does not hold up who no longer waits for it.
    const onAbort = () => {
      caller.cancel(request);
      incoming.stop(cancelled(signal));
    };
    signal.addEventListener('abort', onAbort);
    resultOf(outcome).catch((error: unknown) => incoming.stop(error));
    try {
      yield* readEntries(incoming.stream);
    } finally {
      signal.removeEventListener('abort', onAbort);
      incoming.stop(new ProviderError('cancelled', 'The list is not wanted to its end.'));
    }
  }

  return {
    put: (key, body, options) => store('put', key, body, options),
    ...(has.has('putDeferred') && { putDeferred: (key, body, options) => store('putDeferred', key, body, options) }),
    get,
    head: async (key, options) => (await answerOf(ask({ method: 'head', location: id, key }, options), 'head', isInfoOrNull)) ?? undefined,
    list,
    delete: async (key, options) => void (await resultOf(ask({ method: 'delete', location: id, key }, options))),
    ...(has.has('check') && {
      check: async (options) => (await answerOf(ask({ method: 'check', location: id }, options), 'check', isNoticesOrNothing)) ?? [],
    }),
    ...(has.has('usage') && { usage: (options) => answerOf(ask({ method: 'usage', location: id }, options), 'usage', isUsage) }),
    ...(has.has('sweep') && { sweep: (options) => answerOf(ask({ method: 'sweep', location: id }, options), 'sweep', isCount) }),
    async [Symbol.asyncDispose]() {
      await resultOf(caller.call({ method: 'close', location: id }));
    },
  };
}

/** The error of a body is the host's own: its text may name what no provider is to know. */
function brokenOff(): ProviderError {
  return new ProviderError('cancelled', 'What was to be stored broke off.');
}

function isInfoOrNull(value: unknown): value is ObjectInfo | null {
  return value === null || isObjectInfo(value);
}
