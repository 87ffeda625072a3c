import type { ProviderType } from '../../providers/provider-package.js';
import type { JsonObject } from '../../providers/schema-problem.js';
import { configError } from '../errors.js';
import type { LocationsOptions } from '../location-context.js';
import { findLocation, unknownLocation } from '../location-names.js';
import { partSecrets } from '../location-record.js';
import { readSettings } from '../read-settings.js';
import type { StoredLocation } from '../stored-config.js';
import type { KeptFlow } from './flow-store.js';

/** A flow with what it is about. */
export interface ActiveFlow extends KeptFlow {
  readonly type: ProviderType;
  /** The location that is changed, and its settings with those secrets that are not lost. */
  readonly change: { readonly stored: StoredLocation; readonly config: JsonObject } | undefined;
}

/** Finds what a kept flow is about. `unknown-location`, `flow-outdated`, `unknown-provider` if that is gone. */
export async function activate(options: LocationsOptions, kept: KeptFlow, signal: AbortSignal): Promise<ActiveFlow> {
  const { record } = kept;
  const type = options.registry.type(record.provider);
  const { name, version } = type.package;
  if (record.package.name !== name || record.package.version !== version)
    throw configError('flow-outdated', { package: name, begun: record.package.version, version });
  return { ...kept, type, change: record.kind === 'setup' ? undefined : await readChange(options, record.location, signal) };
}

async function readChange(options: LocationsOptions, location: string, signal: AbortSignal) {
  const stored = findLocation(location, options.configFile.locations());
  if (stored === undefined) throw unknownLocation(location, options.configFile.locations());
  const { config } = await readSettings(options, stored, signal);
  // The entry may be another one by now, if the settings were migrated.
  return { stored: findLocation(stored.id, options.configFile.locations()) ?? stored, config };
}

/** All secrets that a text of the flow could quote. */
export function secretsOf({ secrets, type, change }: ActiveFlow): string[] {
  const current = change === undefined ? {} : partSecrets(type, change.config).secrets;
  return [...secrets.typed, ...Object.values(secrets.kept), ...Object.values(current)];
}
