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
  /**
   * A folder for the provider package alone, which outlives updates of it: caches, notes on uploads under way. The only one
   * that it may write to, beside the paths that a location's settings name.
   */
  readonly stateFolder: string;
  /** Goes to the host's log under the provider's name. */
  readonly log: ProviderLogger;
  /** Fires when the location is no longer wanted. */
  readonly signal: AbortSignal;
}
