import { isProviderError, type Location, type ProviderContext, ProviderError } from '../../provider-api/index.js';
import type { DataChannel } from '../protocol/data-channel.js';
import type { Call, LocationCall, WireContext } from '../protocol/host-message.js';
import { receiveBytes, receivePieces } from '../protocol/incoming-stream.js';
import { streamWindow } from '../protocol/limits.js';
import { type OutgoingStream, sendStream } from '../protocol/outgoing-stream.js';
import type { ProviderRuntime } from '../provider-runtime.js';
import { entryLines } from './entry-lines.js';

/** A location that is open here. */
export interface OpenLocation {
  readonly location: Location;
  /** Fires the signal in the location's context. */
  readonly wanted: AbortController;
}

export interface CallSite {
  readonly id: number;
  readonly runtime: ProviderRuntime;
  readonly locations: Map<number, OpenLocation>;
  readonly data: DataChannel;
  /** Of this call alone, except for `open`, whose location keeps it. */
  readonly controller: AbortController;
  readonly contextOf: (context: WireContext, signal: AbortSignal) => ProviderContext;
}

/** What a call gave: its answer, and the stream that goes on after it. */
export interface Served {
  readonly result: unknown;
  readonly stream?: OutgoingStream;
}

const optionalCalls = ['putDeferred', 'check', 'usage', 'sweep'] as const;

/** Runs one call of the host. */
export async function serveCall(call: Call, site: CallSite): Promise<Served> {
  const { runtime, controller, contextOf } = site;
  const { signal } = controller;
  switch (call.method) {
    case 'validate':
      return { result: await runtime.validate(call.typeId, call.config, contextOf(call.context, signal)) };
    case 'place':
      return { result: (await runtime.place(call.typeId, call.config, contextOf(call.context, signal))) ?? null };
    case 'migrate':
      return { result: await runtime.migrate(call.typeId, call.version, call.config, contextOf(call.context, signal)) };
    case 'nextStep':
      return { result: (await runtime.nextStep(call.typeId, call.input, contextOf(call.context, signal))) ?? null };
    case 'open': {
      const location = await runtime.open(call.typeId, call.config, contextOf(call.context, signal));
      site.locations.set(site.id, { location, wanted: controller });
      return { result: { has: optionalCalls.filter((name) => location[name] !== undefined) } };
    }
    default:
      return serveLocation(call, site);
  }
}

async function serveLocation(call: LocationCall, { locations, data, controller: { signal } }: CallSite): Promise<Served> {
  const open = locations.get(call.location);
  // A second close comes when the first one's answer was lost with its caller.
  if (open === undefined && call.method === 'close') return { result: null };
  if (open === undefined) throw new ProviderError('internal', 'The location is closed.');
  const { location } = open;
  const send = (stream: number, source: ReadableStream<Uint8Array>) =>
    sendStream(data, stream, source, { credit: streamWindow, onError: (error) => streamError(error, call.method) });
  switch (call.method) {
    case 'close':
      locations.delete(call.location);
      try {
        await location[Symbol.asyncDispose]();
      } finally {
        open.wanted.abort();
      }
      return { result: null };
    case 'put':
    case 'putDeferred':
      return { result: await store(call, location, data, signal) };
    case 'get': {
      const { key, offset, length } = call;
      const range = { ...(offset !== undefined && { offset }), ...(length !== undefined && { length }) };
      return { result: null, stream: send(call.stream, await location.get(key, { ...range, signal })) };
    }
    case 'list':
      return { result: null, stream: send(call.stream, entryLines(location.list(call.prefix, { signal }))) };
    case 'head':
      return { result: (await location.head(call.key, { signal })) ?? null };
    case 'delete':
      return { result: await location.delete(call.key, { signal }) };
    case 'check':
      return { result: await location.check?.({ signal }) };
    case 'usage':
      return { result: await location.usage?.({ signal }) };
    case 'sweep':
      return { result: await location.sweep?.({ signal }) };
  }
}

async function store(
  { method, key, stream, size }: Extract<LocationCall, { method: 'put' | 'putDeferred' }>,
  location: Location,
  data: DataChannel,
  signal: AbortSignal,
) {
  const options = { signal, ...(size !== undefined && { size }) };
  const over = new ProviderError('cancelled', 'The call that the body belongs to is over.');
  if (method === 'put') {
    const body = receiveBytes(data, stream, { grant: true });
    return location.put(key, body.stream, options).finally(() => body.stop(over));
  }
  if (location.putDeferred === undefined) throw new ProviderError('internal', 'The location has no deferred writes.');
  const body = receivePieces(data, stream, { grant: true });
  return location.putDeferred(key, body.stream, options).finally(() => body.stop(over));
}

/** The guard has made all errors of the provider's stream the ones to tell. What else there may be comes of its chunks. */
function streamError(error: unknown, method: string): ProviderError {
  return isProviderError(error) ? error : new ProviderError('internal', `The provider gave in "${method}" what is no stream of bytes.`);
}
