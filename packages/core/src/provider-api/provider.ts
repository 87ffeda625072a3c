import type { ProviderContext } from './context.js';
import type { ConfigFlow } from './flow.js';
import type { Location } from './location.js';
import type { Place } from './place.js';

/** One storage location type. `Config` is what the type's `configSchema` describes, secrets included. */
export interface ProviderDefinition<Config> {
  /** Opens a configured location. Cheap: a connection is made on first use. */
  open(config: Config, context: ProviderContext): Promise<Location>;
  /** Optional steps of the set-up. */
  readonly configFlow?: ConfigFlow<Config>;
  /** Where a location with these settings keeps its objects. Without it, only equal settings are known for the same place. */
  place?(config: Config, context: ProviderContext): Promise<Place>;
  /**
   * Turns a configuration that was stored by an older `configVersion` into today's.
   * Called by the host before `open`, never with today's version.
   */
  migrateConfig?(version: number, config: unknown): Promise<Config>;
  /** Called once before all other calls, where the provider has something to prepare. What it throws keeps the package from being used. */
  activate?(): Promise<void>;
  /** Called once after all locations are closed, before the process ends. It has 5 seconds. */
  deactivate?(): Promise<void>;
}

/**
 * Types a provider's definition; returns it as it is. The package's main module exports the result as `default`,
 * or, if the manifest contributes several types, an object with one definition for each type's id.
 */
export function defineProvider<Config>(definition: ProviderDefinition<Config>): ProviderDefinition<Config> {
  return definition;
}
