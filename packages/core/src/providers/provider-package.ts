import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { configSchemaFaults, secretFieldsOf } from './config-schema.js';
import { entryModule } from './entry-module.js';
import { manifestInvalid, type PackageManifest, parseManifest, type ProviderContribution, type ProviderFeature } from './manifest.js';
import { findPackageFile, readJsonFile } from './package-file.js';
import { isJsonObject, type JsonObject } from './schema-problem.js';
import { resolveSchemaTexts, resolveText, type StringTable, toStringTable } from './string-table.js';

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
  readonly limits: {
    /** Bytes; `undefined` for no limit. */
    readonly maxObjectBytes: number | undefined;
    /** `undefined` for no limit. */
    readonly maxBackups: number | undefined;
    readonly requiresEncryption: boolean;
  };
  readonly features: ReadonlySet<ProviderFeature>;
}

export interface ProviderPackage extends PackageIdentity {
  /** The Holdfast versions that it works with. */
  readonly range: string;
  /** Its main module, as a path in the package. */
  readonly entry: string | undefined;
  readonly types: readonly ProviderType[];
  readonly permissions: { readonly network: readonly string[]; readonly filesystem: 'none' | 'config' };
}

/** Reads and checks a provider package's manifest and what it refers to, and runs none of its code. `manifest-invalid` if a part is wrong. */
export async function readProviderPackage(folder: string): Promise<ProviderPackage> {
  const root = await realpath(folder);
  const file = await readJsonFile(join(root, 'package.json'));
  if ('fault' in file) throw manifestInvalid(undefined, root, [`package.json: expected a JSON file: ${file.fault}.`]);
  return toProviderPackage(await parseManifest(file.value, root), root);
}

/** Makes the package of a manifest that has been checked; `folder` is where its files are, if it has any. */
export async function toProviderPackage(manifest: PackageManifest, folder: string | undefined): Promise<ProviderPackage> {
  const faults: string[] = [];
  const { name, version } = manifest;
  const strings = folder === undefined ? {} : await readStringTable(folder, faults);
  const types: ProviderType[] = [];
  for (const [index, contribution] of manifest.holdfast.contributes.providers.entries()) {
    const reader = createReader(folder, `holdfast.contributes.providers[${index}]`, strings, faults);
    if (types.some(({ id }) => id === contribution.id)) faults.push(`${reader.place}.id: found "${contribution.id}" for a second time.`);
    types.push(await toProviderType(contribution, { name, version, folder }, reader));
  }
  const entry = entryModule(manifest);
  if (folder !== undefined && entry === undefined) faults.push('exports: found nothing, expected the path of the main module.');
  if (faults.length > 0) throw manifestInvalid(manifest, folder ?? 'this app', faults);
  const { network = [], filesystem = 'none' } = manifest.holdfast.permissions ?? {};
  return { name, version, folder, range: manifest.engines.holdfast, entry, types, permissions: { network, filesystem } };
}

async function toProviderType(contribution: ProviderContribution, identity: PackageIdentity, reader: Reader): Promise<ProviderType> {
  const { maxObjectBytes, maxBackups, requiresEncryption = false } = contribution.limits ?? {};
  const configSchema = await reader.schema(contribution.configSchema);
  return {
    id: contribution.id,
    label: reader.text('label', contribution.label),
    description: contribution.description === undefined ? undefined : reader.text('description', contribution.description),
    icon: contribution.icon === undefined ? undefined : await reader.file('icon', contribution.icon),
    package: identity,
    configVersion: contribution.configVersion,
    configSchema,
    secretFields: secretFieldsOf(configSchema),
    limits: { maxObjectBytes: maxObjectBytes ?? undefined, maxBackups: maxBackups ?? undefined, requiresEncryption },
    features: new Set(contribution.features),
  };
}

type Reader = ReturnType<typeof createReader>;

/** Resolves what a contribution refers to. Faults are gathered, so that an author sees all of them at once. */
function createReader(folder: string | undefined, place: string, strings: StringTable, faults: string[]) {
  const missingText = (field: string) => (reference: string) => {
    faults.push(`${place}.${field}: found ${reference}, expected a key of package.nls.json.`);
  };

  async function file(field: string, path: string): Promise<string | undefined> {
    const found = folder === undefined ? { state: 'missing' as const } : await findPackageFile(folder, path);
    if (found.state === 'found') return found.path;
    const fault = found.state === 'missing' ? 'which is not there' : 'which leads out of the package';
    faults.push(`${place}.${field}: found "${path}", ${fault}; expected a file of the package.`);
    return undefined;
  }

  return {
    place,
    text: (field: string, text: string) => resolveText(text, strings, missingText(field)),
    file,
    async schema(given: string | JsonObject): Promise<JsonObject> {
      const path = typeof given === 'string' ? await file('configSchema', given) : undefined;
      if (typeof given === 'string' && path === undefined) return {};
      const read = path === undefined ? { value: given } : await readJsonFile(path);
      const name = typeof given === 'string' ? given : `${place}.configSchema`;
      if ('fault' in read) faults.push(`${name}: expected a JSON file: ${read.fault}.`);
      else faults.push(...configSchemaFaults(read.value, name));
      if ('fault' in read || !isJsonObject(read.value)) return {};
      return resolveSchemaTexts(read.value, strings, missingText('configSchema'));
    },
  };
}

async function readStringTable(folder: string, faults: string[]): Promise<StringTable> {
  const found = await findPackageFile(folder, './package.nls.json');
  if (found.state === 'missing') return {};
  const read = found.state === 'found' ? await readJsonFile(found.path) : { fault: 'it leads out of the package' };
  if ('value' in read) return toStringTable(read.value);
  faults.push(`package.nls.json: expected a JSON file: ${read.fault}.`);
  return {};
}
