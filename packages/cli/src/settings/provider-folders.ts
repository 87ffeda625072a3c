import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the host looks for provider packages beside its data directory and those that come along: HOLDFAST_PROVIDER_PATH, and the folders that were named. */
export function providerFolders(named: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const fromEnvironment = (environment['HOLDFAST_PROVIDER_PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...fromEnvironment, ...named].map((folder) => resolve(folder));
}

/** The packages that come with the command line. It knows no provider itself: which ones come along is in its package.json. */
export function bundledProviders(): string[] {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return namesIn(manifest).map(folderOf);
}

/** Where a package is installed. Node's own answer is asked for only where there is no such folder: it takes milliseconds. */
function folderOf(name: string): string {
  const own = fileURLToPath(import.meta.url);
  for (let folder = dirname(own); folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  }
  return dirname(process.getBuiltinModule('node:module').createRequire(own).resolve(`${name}/package.json`));
}

function namesIn(manifest: unknown): string[] {
  if (typeof manifest !== 'object' || manifest === null || !('holdfast' in manifest)) return [];
  const { holdfast } = manifest;
  if (typeof holdfast !== 'object' || holdfast === null || !('bundledProviders' in holdfast)) return [];
  const names = holdfast.bundledProviders;
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}
