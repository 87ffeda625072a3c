import type { JsonRecord, ProviderErrorCode } from '@holdfast/core/provider-api';

/** A provider to check, and places where it may be tried. */
export interface Subject {
  /** The provider's package: the folder with its `package.json`. */
  readonly folder: string;
  /** Which of its types. Default: the first. */
  readonly type?: string;
  /**
   * Gives the package's main module for `inline` checks, so that sources are checked that were not built: `() => import('./index.js')`.
   * Default: it is imported from the folder, as its `package.json` says.
   */
  readonly module?: () => Promise<unknown>;
  /** Makes a new, empty place. Called for each check that needs one; the kit disposes it. */
  place(): Promise<TestPlace>;
  /** Settings that satisfy the schema and yet can't work, and how their author wants them refused. */
  readonly refused?: readonly RefusedSettings[];
  /** Settings as older versions of the provider stored them, one for each `configVersion` before today's. */
  readonly older?: readonly { readonly version: number; config(place: TestPlace): JsonRecord }[];
  /** What is not checked, and why: by a check's id, or by an area as `faults/*`. Shown in reports. */
  readonly skip?: Readonly<Record<string, string>>;
  /** How many objects one page of the service's list has. Default 1000; the list is checked across its border. */
  readonly pageOfList?: number;
  /** Bytes of the parts in which the provider stores a body, if it does: bodies are tried just below, at and above their borders. */
  readonly partBytes?: number;
  /** How long one check may take, in milliseconds. Default 60,000. */
  readonly timeLimit?: number;
}

/** Settings that must be refused when a location is set up with them. */
export interface RefusedSettings {
  /** What is wrong with them, for reports: `wrong secret key`. */
  readonly name: string;
  /** The settings, complete. */
  config(place: TestPlace): JsonRecord | Promise<JsonRecord>;
  /** The field that must be named. */
  readonly field?: string;
  /** The code that the error must have. Settings that are refused with a message for a field have `invalid-config`. */
  readonly code?: ProviderErrorCode;
  /** What the message must say. */
  readonly message?: RegExp;
}

/** Where a server listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** One place where a provider may store what it likes. */
export interface TestPlace extends AsyncDisposable {
  /** The settings of a location there, secrets included. */
  readonly config: JsonRecord;
  /** The same place through a proxy that the kit puts in between, to break connections. Needed where the manifest asks for the network. */
  readonly through?: {
    /** The service that the proxy stands before. */
    readonly upstream: Endpoint;
    /** The settings with the proxy's address in place of the service's. */
    config(proxy: Endpoint): JsonRecord;
  };
  /** Names what is stored there and not listed: unfinished uploads, hidden versions, temporary files. */
  leftovers?(): Promise<readonly string[]>;
  /** Changes a byte of what is stored under the key, behind the provider's back. */
  corrupt?(key: string): Promise<void>;
  /** Stores a file as another program would, under a name that may be no object key: `Automatic backup 2026.8.tar`. */
  putForeign?(name: string, content: Uint8Array): Promise<void>;
}
