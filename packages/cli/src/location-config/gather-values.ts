import type { ProviderType } from '@holdfast/core';
import { readJsonObject } from './json-object-file.js';
import { configFromOptions, secretArgument } from './config-from-options.js';
import type { GivenValues, SetSetting } from './given-values.js';
import { providerFields } from './provider-fields.js';

/** The options with which settings are handed over. */
export interface SettingsOptions {
  readonly config?: string;
  /** What `--config` was called first. */
  readonly configFile?: string;
  readonly secretsFile?: string;
  readonly set?: readonly SetSetting[];
}

/**
 * Gathers the settings that were handed over. `args` are the provider's own options, as they stand on the command line.
 *
 * @throws `bad-usage`, `secret-argument`, `file-unreadable`, `file-not-json`; none repeats a value
 */
export async function gatherValues(type: ProviderType, args: readonly string[], options: SettingsOptions): Promise<GivenValues> {
  const fields = providerFields(type.configSchema, type.secretFields);
  // Before a file is read: standard input comes only once.
  const own = configFromOptions(type.id, fields, args);
  const set = options.set ?? [];
  for (const field of fields.filter(({ secret }) => secret)) {
    if (set.some(({ key }) => key === field.name || `--${key}` === field.option)) throw secretArgument(`--set ${field.name}`, field.name);
  }
  const file = options.config ?? options.configFile;
  return {
    options: own,
    set,
    files: {
      ...(file === undefined ? {} : await readJsonObject(file)),
      ...(options.secretsFile === undefined ? {} : await readJsonObject(options.secretsFile)),
    },
    provider: type.id,
    environment: process.env,
  };
}
