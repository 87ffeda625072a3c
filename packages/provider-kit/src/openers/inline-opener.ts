import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProviderError, type JsonRecord, type Location, type ProviderContext } from '@holdfast/core/provider-api';
import type { PlaceOpener, Refusal } from '../place-opener.js';
import type { AnyDefinition } from './definition.js';

/** Calls the provider's code as it is, with nothing in between. */
export async function openInline(definition: AnyDefinition, type: string, usual: JsonRecord): Promise<PlaceOpener> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'holdfast-kit-state-'));
  const lines: string[] = [];
  const closing = new AbortController();
  const opened = new Set<Location>();

  const context = (firstUse: boolean): ProviderContext => ({
    locationId: `${type}-check`,
    firstUse,
    stateFolder,
    log: {
      debug: (message) => void lines.push(`debug: ${message}`),
      info: (message) => void lines.push(`info: ${message}`),
      warn: (message) => void lines.push(`warn: ${message}`),
      error: (message) => void lines.push(`error: ${message}`),
    },
    signal: closing.signal,
  });

  async function open(config: JsonRecord, firstUse: boolean): Promise<Location> {
    const location = await definition.open(config, context(firstUse));
    opened.add(location);
    return location;
  }

  async function tryOut(config: JsonRecord): Promise<Refusal | undefined> {
    const [fault] = (await definition.configFlow?.validate?.(config, context(true))) ?? [];
    if (fault !== undefined) return { code: 'invalid-config', field: fault.field, message: fault.message };
    await (await open(config, true)).check?.({ signal: closing.signal });
    return undefined;
  }

  return {
    open: ({ firstUse, config = usual }) => open(config, firstUse),
    async tryOut(config) {
      try {
        return await tryOut(config);
      } catch (error) {
        if (!isProviderError(error)) throw error;
        const { code, field, message } = error;
        return { code, message, ...(field !== undefined && { field }) };
      }
    },
    log: async () => lines.join('\n'),
    async [Symbol.asyncDispose]() {
      closing.abort();
      try {
        for (const location of opened) await location[Symbol.asyncDispose]();
      } finally {
        await rm(stateFolder, { recursive: true, force: true });
      }
    },
  };
}
