import type { BodyPiece, Location, Notice, ProviderErrorCode } from './provider-api/index.js';
import { defineProvider, ProviderError } from './provider-api/index.js';
import type { InlineProvider } from './providers/inline-provider.js';

/** What a test makes a location do wrong. */
export interface Misbehaviour {
  /** `put` fails after so many bytes. */
  failPutAfter?: number;
  /** ... with this code; default `quota-exceeded`. */
  failCode?: ProviderErrorCode;
  /** `put` waits for ever after so many bytes, until it is cancelled. */
  stallPutAfter?: number;
  /** Awaited before `put` takes each piece. */
  beforePiece?: (signal: AbortSignal) => Promise<void>;
  /** The byte that `get` gives back changed. */
  corruptByte?: number;
  away?: boolean;
  /** What `check` says. */
  notices?: readonly Notice[];
  /** `get` fails, and all else works. */
  failGet?: boolean;
  /** `delete` fails. */
  failDelete?: boolean;
  /** Told of each `get`. */
  onGet?: (key: string, length: number | undefined) => void;
  /** Told after each object that was stored or deleted. */
  onChange?: () => void;
  /** `put` says that the place compared digests. */
  verifies?: boolean;
}

/** Objects by location name, outliving hosts. */
export const stores = new Map<string, Map<string, Buffer>>();
export const misbehaviours = new Map<string, Misbehaviour>();

const definition = (deferred: boolean) =>
  defineProvider<{ name: string }>({
    async open({ name }) {
      const objects = stores.get(name) ?? new Map<string, Buffer>();
      stores.set(name, objects);
      return openMemory(objects, () => misbehaviours.get(name) ?? {}, deferred);
    },
  });

function openMemory(objects: Map<string, Buffer>, wrong: () => Misbehaviour, deferred: boolean): Location {
  const info = (key: string, bytes: Buffer) => ({ key, size: bytes.length, modifiedAt: new Date(0).toISOString() });
  const reachable = () => {
    if (wrong().away === true) throw new ProviderError('unavailable', 'The memory is away.');
  };
  async function store(key: string, body: AsyncIterable<BodyPiece>, signal: AbortSignal) {
    let bytes = Buffer.alloc(0);
    for await (const piece of body) {
      reachable();
      await wrong().beforePiece?.(signal);
      if (piece.type === 'fill') Buffer.from(piece.bytes).copy(bytes, piece.offset);
      else bytes = Buffer.concat([bytes, piece.type === 'hole' ? Buffer.alloc(piece.length) : piece.bytes]);
      if (key.endsWith('.tar') && bytes.length > (wrong().failPutAfter ?? Infinity))
        throw new ProviderError(wrong().failCode ?? 'quota-exceeded', 'The memory is full.');
      if (bytes.length > (wrong().stallPutAfter ?? Infinity)) {
        const cancelled = () => new ProviderError('cancelled', 'Cancelled.');
        if (signal.aborted) throw cancelled();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(cancelled())));
      }
    }
    objects.set(key, bytes);
    wrong().onChange?.();
    return { ...info(key, bytes), verified: wrong().verifies === true };
  }
  async function* asPieces(body: ReadableStream<Uint8Array>): AsyncGenerator<BodyPiece> {
    for await (const bytes of body) yield { type: 'data', bytes };
  }
  return {
    put: (key, body, { signal }) => store(key, asPieces(body), signal),
    ...(deferred
      ? { putDeferred: (key: string, body: ReadableStream<BodyPiece>, { signal }: { signal: AbortSignal }) => store(key, body, signal) }
      : {}),
    async get(key, { offset = 0, length }) {
      reachable();
      const stored = objects.get(key);
      if (stored === undefined) throw new ProviderError('not-found', `There is no ${key}.`);
      const bytes = Buffer.from(stored);
      const { corruptByte, failGet, onGet } = wrong();
      onGet?.(key, length);
      if (failGet === true) throw new ProviderError('unavailable', 'The memory gives nothing out.');
      if (corruptByte !== undefined && key.endsWith('.tar')) bytes[corruptByte] = (bytes[corruptByte] ?? 0) ^ 1;
      return new Blob([new Uint8Array(bytes.subarray(offset, length === undefined ? undefined : offset + length))]).stream();
    },
    async head(key) {
      reachable();
      const bytes = objects.get(key);
      return bytes === undefined ? undefined : info(key, bytes);
    },
    async *list(prefix) {
      reachable();
      for (const [key, bytes] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1))) if (key.startsWith(prefix)) yield info(key, bytes);
    },
    async delete(key) {
      reachable();
      if (wrong().failDelete === true) throw new ProviderError('permission-denied', 'The memory forgets nothing.');
      objects.delete(key);
      wrong().onChange?.();
    },
    async check() {
      reachable();
      return wrong().notices ?? [];
    },
    async [Symbol.asyncDispose]() {},
  };
}

type Feature = 'rangeRead' | 'deferredWrites';

const name = { type: 'string' };
const password = { type: 'string', 'x-secret': true };

const largest = { type: 'string', default: 'unlimited', 'x-limit': 'maxObjectBytes' };
const path = { type: 'string', format: 'path' };
const kept = { type: 'integer', default: 0, 'x-limit': 'maxBackups' };

const provider = (id: string, features: readonly Feature[], requiresEncryption = false, properties: object = { name }) => ({
  id,
  label: id,
  configVersion: 1,
  configSchema: { type: 'object', required: ['name'], properties },
  limits: { maxObjectBytes: null, maxBackups: null, requiresEncryption },
  features,
});

/**
 * `memory` takes bodies with holes, `plain-memory` doesn't, `vault` takes encrypted backups only, `locked-memory` has a password, `limited-memory` has
 * limits in its settings, `folder-memory` names a folder of this machine.
 */
export const memoryProvider: InlineProvider = {
  manifest: {
    name: 'memory-provider',
    version: '1.0.0',
    holdfast: {
      contributes: {
        providers: [
          provider('memory', ['rangeRead', 'deferredWrites']),
          provider('plain-memory', ['rangeRead']),
          provider('vault', ['rangeRead'], true),
          provider('locked-memory', ['rangeRead', 'deferredWrites'], false, { name, password }),
          provider('limited-memory', ['rangeRead', 'deferredWrites'], false, { name, largest, kept }),
          provider('folder-memory', ['rangeRead', 'deferredWrites'], false, { name, path }),
        ],
      },
      permissions: { network: [], filesystem: 'none' },
    },
  },
  definition: {
    memory: definition(true),
    'plain-memory': definition(false),
    vault: definition(false),
    'locked-memory': definition(true),
    'limited-memory': definition(true),
    'folder-memory': definition(true),
  },
};
