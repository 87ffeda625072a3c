import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, resolve } from 'node:path';

/**
 * Where the host looks for provider packages beside its data directory: those that come with the command line,
 * HOLDFAST_PROVIDER_PATH, and the folders that were named. The command line itself knows no provider: which ones come
 * with it is in its package.json.
 */
export function providerFolders(named: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const fromEnvironment = (environment['HOLDFAST_PROVIDER_PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...bundledProviders(), ...[...fromEnvironment, ...named].map((folder) => resolve(folder))];
}

function bundledProviders(): string[] {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const { resolve: find } = createRequire(import.meta.url);
  return namesIn(manifest).map((name) => dirname(find(`${name}/package.json`)));
}

function namesIn(manifest: unknown): string[] {
  if (typeof manifest !== 'object' || manifest === null || !('holdfast' in manifest)) return [];
  const { holdfast } = manifest;
  if (typeof holdfast !== 'object' || holdfast === null || !('bundledProviders' in holdfast)) return [];
  const names = holdfast.bundledProviders;
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}
