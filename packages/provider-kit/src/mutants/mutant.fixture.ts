import { type Location, type ProviderDefinition, ProviderError } from '@holdfast/core/provider-api';
import { createMemoryLocation, type MemoryConfig } from '../memory/memory-location.js';
import { memoryProvider } from '../memory/memory-provider.js';
import { findMemoryStore, type MemoryStore } from '../memory/memory-store.js';

export type MemoryDefinition = ProviderDefinition<MemoryConfig>;
export type MemoryLocation = Required<Location>;

/** A provider that breaks one rule, and the checks that have to find it. */
export interface Mutant {
  readonly does: string;
  readonly breaks: readonly string[];
  readonly definition: MemoryDefinition;
}

/** The bundled provider with some of its location's calls in another way. */
export function locationMutant(
  does: string,
  breaks: readonly string[],
  change: (location: MemoryLocation, store: MemoryStore, config: MemoryConfig) => Partial<Location>,
): Mutant {
  return definitionMutant(does, breaks, {
    async open(config) {
      const location = createMemoryLocation(config);
      const store = findMemoryStore(config.store);
      return store === undefined ? location : { ...location, ...change(location, store, config) };
    },
  });
}

/** The bundled provider with another part of its definition. */
export function definitionMutant(does: string, breaks: readonly string[], change: Partial<MemoryDefinition>): Mutant {
  return { does, breaks, definition: { ...memoryProvider, ...change } };
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new ProviderError('cancelled', 'The call was cancelled.');
}

/** All bytes of a stream. */
export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function streamOfBytes(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return ReadableStream.from(bytes.length === 0 ? [] : [bytes]);
}
