import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { configSchemaFaults, secretFieldsOf } from './config-schema.js';
import { entryModule } from './entry-module.js';
import {
  knownManifest,
  manifestInvalid,
  type PackageManifest,
  parseManifest,
  type ProviderContribution,
  type ProviderFeature,
} from './manifest.js';
import type { LocationLimits } from './location-limits.js';
import { locatePackageFile, readJsonFile } from './package-file.js';
import { isJsonObject, type JsonObject } from './schema-problem.js';
import { type Permissions, permissionsOf } from './permissions.js';
import { resolveSchemaTexts, resolveText, stringFiles, type StringTable, toStringTable } from './string-table.js';

export interface PackageIdentity {
  readonly name: string;
  readonly version: string;
  /** The package's real path; `undefined` for a provider that the app brings along. */
  readonly folder: string | undefined;
}

/** A storage location type, known without running any of its package's code. */
export interface ProviderType {
  readonly id: string;
  readonly label: string;
  readonly description: string | undefined;
  /** The path of its icon. */
  readonly icon: string | undefined;
  readonly package: PackageIdentity;
  readonly configVersion: number;
  /** JSON Schema of the settings, its texts resolved. */
  readonly configSchema: JsonObject;
  /** The settings that are secrets. */
  readonly secretFields: readonly string[];
  /** Those of a location may differ: see `limitsOf`. */
  readonly limits: LocationLimits;
  readonly features: ReadonlySet<ProviderFeature>;
  /** The package's texts in the host's language, by key. */
  readonly texts: StringTable;
}

export interface ProviderPackage extends PackageIdentity {
  /** The Holdfast versions that it works with. */
  readonly range: string;
  /** Its main module, as a path in the package. */
  readonly entry: string | undefined;
  readonly types: readonly ProviderType[];
  readonly permissions: Permissions;
}

export interface ReadOptions {
  /** The language of the texts, BCP 47. Default: `en`. */
  readonly locale?: string;
}

/** Reads and checks a provider package's manifest and what it refers to, and runs none of its code. `manifest-invalid` if a part is wrong. */
export async function readProviderPackage(folder: string, options: ReadOptions = {}): Promise<ProviderPackage> {
  const { root, value } = readPackageJson(folder);
  return toProviderPackage(await parseManifest(value, root), root, options);
}

/** Does the same at once for a package that was checked when it was installed. What is wrong all the same is told with less detail. */
export function readInstalledPackage(folder: string, options: ReadOptions = {}): ProviderPackage {
  const { root, value } = readPackageJson(folder);
  const manifest = knownManifest(value);
  if (manifest === undefined) throw manifestInvalid(value, root, ['It is not what it was when the package was installed.']);
  return toProviderPackage(manifest, root, options);
}

function readPackageJson(folder: string): { readonly root: string; readonly value: unknown } {
  const root = realpathSync(folder);
  const file = readJsonFile(join(root, 'package.json'));
  if ('fault' in file) throw manifestInvalid(undefined, root, [`package.json: expected a JSON file: ${file.fault}.`]);
  return { root, value: file.value };
}

/** Makes the package of a manifest that has been checked; `folder` is where its files are, if it has any. */
export function toProviderPackage(
  manifest: PackageManifest,
  folder: string | undefined,
  { locale = 'en' }: ReadOptions = {},
): ProviderPackage {
  const faults: string[] = [];
  const { name, version } = manifest;
  const strings = folder === undefined ? {} : readStringTable(folder, locale, faults);
  const types: ProviderType[] = [];
  for (const [index, contribution] of manifest.holdfast.contributes.providers.entries()) {
    const reader = createReader(folder, `holdfast.contributes.providers[${index}]`, strings, faults);
    if (types.some(({ id }) => id === contribution.id)) faults.push(`${reader.place}.id: found "${contribution.id}" for a second time.`);
    types.push(toProviderType(contribution, { name, version, folder }, reader));
  }
  const entry = entryModule(manifest);
  if (folder !== undefined && entry === undefined) faults.push('exports: found nothing, expected the path of the main module.');
  if (faults.length > 0) throw manifestInvalid(manifest, folder ?? 'this app', faults);
  return { name, version, folder, range: manifest.engines.holdfast, entry, types, permissions: permissionsOf(manifest.holdfast) };
}

function toProviderType(contribution: ProviderContribution, identity: PackageIdentity, reader: Reader): ProviderType {
  const { maxObjectBytes, maxBackups, requiresEncryption = false } = contribution.limits ?? {};
  const configSchema = reader.schema(contribution.configSchema);
  return {
    id: contribution.id,
    label: reader.text('label', contribution.label),
    description: contribution.description === undefined ? undefined : reader.text('description', contribution.description),
    icon: contribution.icon === undefined ? undefined : reader.file('icon', contribution.icon),
    package: identity,
    configVersion: contribution.configVersion,
    configSchema,
    secretFields: secretFieldsOf(configSchema),
    limits: { maxObjectBytes: maxObjectBytes ?? undefined, maxBackups: maxBackups ?? undefined, requiresEncryption },
    features: new Set(contribution.features),
    texts: reader.strings,
  };
}

type Reader = ReturnType<typeof createReader>;

/** Resolves what a contribution refers to. Faults are gathered, so that an author sees all of them at once. */
function createReader(folder: string | undefined, place: string, strings: StringTable, faults: string[]) {
  const missingText = (field: string) => (reference: string) => {
    faults.push(`${place}.${field}: found ${reference}, expected a key of package.nls.json.`);
  };

  function file(field: string, path: string): string | undefined {
    const found = folder === undefined ? { state: 'missing' as const } : locatePackageFile(folder, path);
    if (found.state === 'found') return found.path;
    const fault = found.state === 'missing' ? 'which is not there' : 'which leads out of the package';
    faults.push(`${place}.${field}: found "${path}", ${fault}; expected a file of the package.`);
    return undefined;
  }

  return {
    place,
    strings,
    text: (field: string, text: string) => resolveText(text, strings, missingText(field)),
    file,
    schema(given: string | JsonObject): JsonObject {
      const path = typeof given === 'string' ? file('configSchema', given) : undefined;
      if (typeof given === 'string' && path === undefined) return {};
      const read = path === undefined ? { value: given } : readJsonFile(path);
      const name = typeof given === 'string' ? given : `${place}.configSchema`;
      if ('fault' in read) faults.push(`${name}: expected a JSON file: ${read.fault}.`);
      else faults.push(...configSchemaFaults(read.value, name));
      if ('fault' in read || !isJsonObject(read.value)) return {};
      return resolveSchemaTexts(read.value, strings, missingText('configSchema'));
    },
  };
}

function readStringTable(folder: string, locale: string, faults: string[]): StringTable {
  const tables = stringFiles(locale).map((name): StringTable => {
    const found = locatePackageFile(folder, `./${name}`);
    if (found.state === 'missing') return {};
    const read = found.state === 'found' ? readJsonFile(found.path) : { fault: 'it leads out of the package' };
    if ('value' in read) return toStringTable(read.value);
    faults.push(`${name}: expected a JSON file: ${read.fault}.`);
    return {};
  });
  return Object.assign({}, ...tables) as StringTable;
}
