import type { ProviderDefinition } from '../provider-api/index.js';
import { type HoldfastManifest, parseManifest } from './manifest.js';
import { type ProviderPackage, toProviderPackage } from './provider-package.js';

/** A provider that an app brings along in its own code, without a package of its own. */
export interface InlineProvider {
  /** What a package's package.json would say. Its `configSchema`s are schemas, not paths. */
  readonly manifest: { readonly name: string; readonly version: string; readonly holdfast: HoldfastManifest };
  /** The definition, or one for each type's id if the manifest contributes several. */
  readonly definition: ProviderDefinition<unknown> | Readonly<Record<string, ProviderDefinition<unknown>>>;
}

/** The package that an inline provider stands for. `manifest-invalid` if its manifest is wrong. */
export async function inlineProviderPackage({ manifest }: InlineProvider): Promise<ProviderPackage> {
  // An app and what it brings along are built together, so any version of the host fits.
  return toProviderPackage(await parseManifest({ ...manifest, engines: { holdfast: '*' } }, 'this app'), undefined);
}
