import type { JsonRecord, Location } from '@holdfast/core/provider-api';

/** How the provider's code is run: called as it is, or through a host, in a process of its own. */
export type Isolation = 'inline' | 'process';

/** How a location is opened. */
export interface OpenOptions {
  /** As while it is being added. */
  readonly firstUse: boolean;
  /** Other settings than the place's. */
  readonly config?: JsonRecord;
}

/** Why settings were not taken. */
export interface Refusal {
  /** The `ProviderError`'s code; `invalid-config` where the answer was a list of messages for fields. */
  readonly code: string;
  /** The field at fault, if one was named. */
  readonly field?: string;
  /** What the user would read. */
  readonly message: string;
}

/** Opens locations at one place in one way of running the provider's code. Disposing it closes all of them; the place stays. */
export interface PlaceOpener extends AsyncDisposable {
  /** Gives a location of its own each time: a second one is what another run of the host would have. All have the same id. */
  open(options: OpenOptions): Promise<Location>;
  /** Does what setting up a location does: validates the settings, opens it with `firstUse`, tries it out. `undefined` if they work. */
  tryOut(config: JsonRecord): Promise<Refusal | undefined>;
  /** All that the provider logged and wrote so far. */
  log(): Promise<string>;
  /** Kills the process that runs the provider's code, as a power cut would. Absent where it runs in the kit's own. */
  kill?(): Promise<void>;
}
