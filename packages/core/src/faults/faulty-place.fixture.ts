import { setTimeout } from 'node:timers/promises';
import { defineProvider, type Location, ProviderError, type ProviderErrorCode } from '../provider-api/index.js';
import type { InlineProvider } from '../providers/inline-provider.js';

/** What is wrong with a place for a while. `lost-answer`: all is done, and then the call fails; `stale-list`: what is new is not listed yet. */
export type Trouble = 'away' | 'full' | 'cut' | 'lost-answer' | 'no-list' | 'stale-list' | 'no-delete' | 'slow';

/** A bucket in memory that may be in trouble. It outlives hosts, and several of them may use it. */
export interface FaultyPlace {
  readonly objects: Map<string, Buffer>;
  trouble: Trouble | undefined;
  /** Keys that a stale list leaves out. */
  readonly fresh: Set<string>;
  /** Told before each call. */
  onCall: (() => void) | undefined;
}

export const places = new Map<string, FaultyPlace>();

export function placeNamed(name: string): FaultyPlace {
  const place = places.get(name) ?? { objects: new Map<string, Buffer>(), trouble: undefined, fresh: new Set<string>(), onCall: undefined };
  places.set(name, place);
  return place;
}

/** A full place, or a connection that is cut, ends an upload behind so many bytes. */
const bytesBeforeTrouble = 700;

function openFaulty(place: FaultyPlace): Location {
  const info = (key: string, bytes: Buffer) => ({ key, size: bytes.length, modifiedAt: new Date(0).toISOString() });
  const fail = (code: ProviderErrorCode): never => {
    throw new ProviderError(code, `The place is in trouble: ${place.trouble ?? 'no more'}.`);
  };
  async function begin(): Promise<void> {
    place.onCall?.();
    if (place.trouble === 'slow') await setTimeout(2);
    if (place.trouble === 'away') fail('unavailable');
  }
  const answered = () => place.trouble === 'lost-answer' && fail('unavailable');
  return {
    async put(key, body, { signal }) {
      await begin();
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of body) {
        signal.throwIfAborted();
        chunks.push(Buffer.from(chunk));
        size += chunk.length;
        if (size <= bytesBeforeTrouble) continue;
        if (place.trouble === 'full') fail('quota-exceeded');
        if (place.trouble === 'cut') fail('unavailable');
      }
      const bytes = Buffer.concat(chunks);
      place.objects.set(key, bytes);
      place.fresh.add(key);
      answered();
      return { ...info(key, bytes), verified: true };
    },
    async get(key, { offset = 0, length }) {
      await begin();
      const bytes = place.objects.get(key) ?? fail('not-found');
      return new Blob([new Uint8Array(bytes.subarray(offset, length === undefined ? undefined : offset + length))]).stream();
    },
    async head(key) {
      await begin();
      const bytes = place.objects.get(key);
      return bytes === undefined ? undefined : info(key, bytes);
    },
    async *list(prefix) {
      await begin();
      if (place.trouble === 'no-list') fail('unavailable');
      for (const [key, bytes] of [...place.objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (key.startsWith(prefix) && !(place.trouble === 'stale-list' && place.fresh.has(key))) yield info(key, bytes);
      }
    },
    async delete(key) {
      await begin();
      if (place.trouble === 'no-delete') fail('permission-denied');
      place.objects.delete(key);
      answered();
    },
    async [Symbol.asyncDispose]() {},
  };
}

export const faultyProvider: InlineProvider = {
  manifest: {
    name: 'faulty-provider',
    version: '1.0.0',
    holdfast: {
      contributes: {
        providers: [
          {
            id: 'faulty',
            label: 'Faulty',
            configVersion: 1,
            configSchema: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
            limits: { maxObjectBytes: null, maxBackups: null, requiresEncryption: false },
            features: ['rangeRead'],
          },
        ],
      },
      permissions: { network: [], filesystem: 'none' },
    },
  },
  definition: defineProvider<{ name: string }>({ open: async ({ name }) => openFaulty(placeNamed(name)) }),
};
