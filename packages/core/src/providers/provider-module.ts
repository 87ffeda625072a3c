import { pathToFileURL } from 'node:url';
import type { ProviderDefinition } from '../provider-api/index.js';
import { providerError } from './errors.js';
import { findPackageFile } from './package-file.js';
import type { PackageIdentity, ProviderPackage } from './provider-package.js';
import { isJsonObject } from './schema-problem.js';

export type Definitions = ReadonlyMap<string, ProviderDefinition<unknown>>;

/** How long a package's main module may take to load, milliseconds. */
const startLimit = 30_000;

/** Runs the package's main module. Its failures are told apart: not there, can't be loaded, threw, took too long. */
export async function importEntry(found: ProviderPackage, limit = startLimit): Promise<unknown> {
  const subject = subjectOf(found);
  const entry = found.entry ?? 'index.js';
  const file = found.folder === undefined ? undefined : await findPackageFile(found.folder, entry);
  if (file?.state === 'outside')
    throw providerError('provider-broken', { subject, reason: `its main module ${entry} leads out of the package` });
  if (file?.state !== 'found') throw providerError('provider-entry-missing', { subject, entry });
  try {
    return await withinLimit(import(/* @vite-ignore */ pathToFileURL(file.path).href), limit);
  } catch (error) {
    const code = isLoadingError(error) ? 'provider-import-failed' : 'provider-activation-failed';
    throw providerError(code, { subject, reason: reasonOf(error) }, error);
  }
}

/** The definitions that a main module exports, by type. `provider-broken` says what is missing. */
export function definitionsOf(exported: unknown, found: ProviderPackage): Definitions {
  const broken = (reason: string) => providerError('provider-broken', { subject: subjectOf(found), reason });
  const value: unknown = typeof exported === 'object' && exported !== null && 'default' in exported ? exported.default : undefined;
  if (typeof value !== 'object' || value === null) throw broken('its main module has no default export made by defineProvider');
  const [only, ...others] = found.types;
  if (only !== undefined && others.length === 0 && isDefinition(value)) return new Map([[only.id, value]]);
  const byType = new Map(Object.entries(value));
  const definitions = new Map<string, ProviderDefinition<unknown>>();
  for (const { id } of found.types) {
    const definition: unknown = byType.get(id);
    if (!isDefinition(definition)) throw broken(`its default export has no definition with an "open" function for the type "${id}"`);
    definitions.set(id, definition);
  }
  return definitions;
}

/** How messages name a package. */
export function subjectOf({ name, version }: Pick<PackageIdentity, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

function isDefinition(value: unknown): value is ProviderDefinition<unknown> {
  if (!isJsonObject(value) || typeof value['open'] !== 'function') return false;
  const { configFlow, migrateConfig } = value;
  if (migrateConfig !== undefined && typeof migrateConfig !== 'function') return false;
  return configFlow === undefined || (isJsonObject(configFlow) && ['function', 'undefined'].includes(typeof configFlow['validate']));
}

/** True if the code was not run at all: it, or what it imports, is missing or is no JavaScript. */
function isLoadingError(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `it threw ${typeof error}, which is no Error`;
}

async function withinLimit<T>(loading: Promise<T>, limit: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it had not started after ${limit / 1000} seconds`)), limit);
  });
  try {
    return await Promise.race([loading, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
