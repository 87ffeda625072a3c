import type { FieldError, FlowInput, FlowResult, Location, Place, ProviderContext } from '../provider-api/index.js';
import type { RuntimeStatus } from './runtime-status.js';

/**
 * Runs one provider package's code. The host sees providers through this alone, so it doesn't matter whether the code
 * runs here or in a process of its own. The code is loaded with the first call.
 *
 * What the code throws comes out as `ProviderError`; what keeps it from running as `HoldfastError`.
 */
export interface ProviderRuntime extends AsyncDisposable {
  /** Loads the code and lets it prepare itself, if that has not happened yet. */
  activate(signal?: AbortSignal): Promise<void>;
  /** Tests a configuration that satisfies the schema against the world. Empty if it will work. */
  validate(typeId: string, config: unknown, context: ProviderContext): Promise<readonly FieldError[]>;
  open(typeId: string, config: unknown, context: ProviderContext): Promise<Location>;
  /** Turns a configuration of an older `configVersion` into today's. */
  migrate(typeId: string, version: number, config: unknown, context: ProviderContext): Promise<unknown>;
  /** Where a location with this configuration keeps its objects; `undefined` if the provider doesn't tell. */
  place(typeId: string, config: unknown, context: ProviderContext): Promise<Place | undefined>;
  /** The next step of the type's own config flow; `undefined` if it has none beyond the form of its schema. */
  nextStep(typeId: string, input: FlowInput, context: ProviderContext): Promise<FlowResult | undefined>;
  /** How it is doing. */
  status(): RuntimeStatus;
}
