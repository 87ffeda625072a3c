import { type FieldError, isHoldfastError } from '@holdfast/core';
import { defineProvider, type JsonRecord } from '@holdfast/core/provider-api';
import type { ProviderManifest } from '../provider-manifest.js';
import { startTemporaryHost } from './temporary-host.js';

/** Holds settings against the type's schema as a host does, and runs none of the provider's code. */
export interface SettingsCheck extends AsyncDisposable {
  /** What the host says to them; empty if the provider would get them. */
  faultsOf(config: JsonRecord): Promise<readonly FieldError[]>;
}

const fieldPrefix = 'field:';

export async function startSettingsCheck({ type, configSchema, version, name }: ProviderManifest): Promise<SettingsCheck> {
  const definition = defineProvider<unknown>({
    open: () => Promise.reject(new Error('No settings get this far.')),
    configFlow: { validate: async () => [{ field: 'base', message: reached }] },
  });
  const contribution = { id: type, label: type, configVersion: 1, configSchema };
  const manifest = { name, version, holdfast: { contributes: { providers: [contribution] } } };
  const temporary = await startTemporaryHost({ inline: [{ manifest, definition }] });
  return {
    async faultsOf(config) {
      try {
        await temporary.host.locations.add({ provider: type, config });
      } catch (error) {
        if (!isHoldfastError(error, 'config-invalid')) throw error;
        return Object.entries(error.details).flatMap(([key, message]) =>
          key.startsWith(fieldPrefix) && message !== reached ? [{ field: key.slice(fieldPrefix.length), message: String(message) }] : [],
        );
      }
      return [];
    },
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

const reached = 'The settings satisfy the schema.';
