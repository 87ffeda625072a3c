import { readFileSync } from 'node:fs';
import { fitsSchema } from '../base/fits-schema.js';
import { providerError } from './errors.js';
import { schemaCheck } from './json-schema.js';
import { formatPath, isJsonObject, type JsonObject, type SchemaProblem } from './schema-problem.js';

/** What a location type's places can do beyond the basics. */
export type ProviderFeature = 'rangeRead' | 'deferredWrites';

/** One storage location type as a manifest contributes it. `schemas/holdfast-manifest.json` describes each field. */
export interface ProviderContribution {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: string;
  readonly configVersion: number;
  /** A path in the package, or the schema itself. */
  readonly configSchema: string | JsonObject;
  readonly limits?: {
    readonly maxObjectBytes?: number | null;
    readonly maxBackups?: number | null;
    readonly requiresEncryption?: boolean;
  };
  readonly features?: readonly ProviderFeature[];
}

/** The `holdfast` part of a provider's package.json. */
export interface HoldfastManifest {
  readonly contributes: { readonly providers: readonly ProviderContribution[] };
  readonly permissions?: { readonly network?: readonly string[]; readonly filesystem?: 'none' | 'config' };
}

/** The parts of a provider's package.json that matter to the host. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly holdfast: string };
  readonly exports?: string | JsonObject;
  readonly main?: string;
  readonly holdfast: HoldfastManifest;
}

/**
 * Checks a package.json against the published schema. `place` says where it is from.
 * `manifest-invalid` names each fault with its path, what was found and what was expected.
 */
export async function parseManifest(packageJson: unknown, place: string): Promise<PackageManifest> {
  const known = knownManifest(packageJson);
  if (known !== undefined) return known;
  const expected = manifestSchema();
  const check = await schemaCheck(expected, { trusted: true });
  const { value, problems } = check(packageJson);
  if (problems.length > 0) throw manifestInvalid(packageJson, place, problems.map(formatProblem));
  return value as PackageManifest;
}

/** The manifest, if it is surely right: what isn't needs `parseManifest`, which says why. */
export function knownManifest(packageJson: unknown): PackageManifest | undefined {
  return fitsSchema(manifestSchema(), packageJson) ? (packageJson as PackageManifest) : undefined;
}

/** The error for a manifest, or for what it refers to. */
export function manifestInvalid(packageJson: unknown, place: string, faults: readonly string[]) {
  const named = isJsonObject(packageJson) && typeof packageJson['name'] === 'string' ? `${packageJson['name']} in ${place}` : place;
  const version = isJsonObject(packageJson) && typeof packageJson['version'] === 'string' ? packageJson['version'] : '';
  return providerError('manifest-invalid', { subject: named, version, folder: place, problems: faults.join(' ') });
}

function formatProblem({ path, kind, found, expected }: SchemaProblem): string {
  const place = formatPath(path) || 'package.json';
  if (kind !== 'unknown') return `${place}: found ${found}, expected ${expected}.`;
  const suggestion = expected === '' ? 'a field that the manifest knows' : expected;
  return `${place}: found ${found}, which is not known; expected ${suggestion}.`;
}

let schema: JsonObject | undefined;

/** Read at once: for so small a file of our own that takes a tenth of the time. */
function manifestSchema(): JsonObject {
  if (schema !== undefined) return schema;
  const value: unknown = JSON.parse(readFileSync(new URL('../../schemas/holdfast-manifest.json', import.meta.url), 'utf8'));
  schema = isJsonObject(value) ? value : {};
  return schema;
}
