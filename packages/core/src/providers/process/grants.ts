import { isAbsolute, resolve } from 'node:path';
import { propertiesOf } from '../config-schema.js';
import type { ProviderType } from '../provider-package.js';
import { isJsonObject } from '../schema-problem.js';
import { isInside } from './code-folders.js';

/**
 * The absolute paths in a configuration: what a provider that works with folders is given to work with. Secrets are left out, however
 * they look: what is granted shows in the process's arguments.
 */
export function pathsIn(type: ProviderType, config: unknown): string[] {
  if (!isJsonObject(config)) return [];
  const names = Object.keys(propertiesOf(type.configSchema)).filter((name) => !type.secretFields.includes(name));
  return names.flatMap((name) => pathsInValue(config[name]));
}

function pathsInValue(value: unknown): string[] {
  if (typeof value === 'string') return isAbsolute(value) && !value.includes('\0') ? [resolve(value)] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsInValue) : [];
}

/** True if each path is one of the granted ones or below one. */
export function areGranted(paths: readonly string[], granted: readonly string[]): boolean {
  return paths.every((path) => granted.some((folder) => isInside(path, folder)));
}
