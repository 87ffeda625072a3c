import type { Location } from './location.js';

/** Where a provider tells what it does. Never give it secrets. */
export interface ProviderLogger {
  /** For who looks for a fault. */
  debug(message: string): void;
  /** What happened as it should. */
  info(message: string): void;
  /** What someone should look at some time. */
  warn(message: string): void;
  /** What someone should look at now. */
  error(message: string): void;
}

/** What the host gives to a provider with each call. */
export interface ProviderContext {
  /** Names this location for as long as it exists; the same on every run. */
  readonly locationId: string;
  /**
   * True only while the location is being added. What a place needs before its first object (a folder, a marker) is made by an
   * `open` with `firstUse` and missed ever after: if it is gone later, the place is not the one that it was.
   */
  readonly firstUse: boolean;
  /** Goes to the host's log under the provider's name. */
  readonly log: ProviderLogger;
  /** Fires when the location is no longer wanted. */
  readonly signal: AbortSignal;
}

/** A message for one field of a configuration, or for all of it (`base`). */
export interface FieldError {
  /** The field's name in the configuration schema, or `base`. */
  readonly field: string;
  /** For a person: what is wrong and what would be right. */
  readonly message: string;
}

/** How a location of this type is set up, beyond the one form that is drawn from its schema. */
export interface ConfigFlow<Config> {
  /**
   * Tests a configuration that already satisfies the schema, against the world: is it there, may I, is it the right one?
   * An empty list means that it will work. Changes nothing that outlives the call.
   */
  validate?(config: Config, context: ProviderContext): Promise<readonly FieldError[]>;
}

/** One storage location type. `Config` is what the type's `configSchema` describes, secrets included. */
export interface ProviderDefinition<Config> {
  /** Opens a configured location. Cheap: a connection is made on first use. */
  open(config: Config, context: ProviderContext): Promise<Location>;
  /** Optional steps of the set-up. */
  readonly configFlow?: ConfigFlow<Config>;
  /**
   * Turns a configuration that was stored by an older `configVersion` into today's.
   * Called by the host before `open`, never with today's version.
   */
  migrateConfig?(version: number, config: unknown): Promise<Config>;
}

/**
 * Types a provider's definition; returns it as it is. The package's main module exports the result as `default`,
 * or, if the manifest contributes several types, an object with one definition for each type's id.
 */
export function defineProvider<Config>(definition: ProviderDefinition<Config>): ProviderDefinition<Config> {
  return definition;
}
