import type { FieldError, Location, ProviderContext } from '../provider-api/index.js';

/**
 * Runs one provider package's code. The host sees providers through this alone, so it doesn't matter whether the code
 * runs here or in a process of its own. The code is loaded with the first call.
 *
 * What the code throws comes out as `ProviderError`; what keeps it from running as `HoldfastError`.
 */
export interface ProviderRuntime extends AsyncDisposable {
  /** Tests a configuration that satisfies the schema against the world. Empty if it will work. */
  validate(typeId: string, config: unknown, context: ProviderContext): Promise<readonly FieldError[]>;
  open(typeId: string, config: unknown, context: ProviderContext): Promise<Location>;
  /** Turns a configuration of an older `configVersion` into today's. */
  migrate(typeId: string, version: number, config: unknown, context: ProviderContext): Promise<unknown>;
}
