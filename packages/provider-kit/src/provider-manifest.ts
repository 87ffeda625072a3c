import type { JsonRecord } from '@holdfast/core/provider-api';

/** What a provider package says of itself and of the type that is checked, as a host reads it. */
export interface ProviderManifest {
  /** The package's folder. */
  readonly folder: string;
  /** The whole `package.json`. */
  readonly packageJson: JsonRecord;
  readonly name: string;
  readonly version: string;
  /** The type's id. */
  readonly type: string;
  /** How many types the package contributes. */
  readonly types: number;
  readonly features: ReadonlySet<string>;
  /** JSON Schema of the type's settings, its texts resolved. */
  readonly configSchema: JsonRecord;
  readonly configVersion: number;
  /** The settings that are secrets. */
  readonly secretFields: readonly string[];
  /** The hosts that it asks to reach. */
  readonly network: readonly string[];
  /** Why a host would not take the package. Then all that is known of the type may be missing. */
  readonly problem?: string;
}
