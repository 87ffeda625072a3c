import { forgetCrashes } from '../providers/install/package-changes.js';
import type { DataDirPaths } from './data-dir-paths.js';
import { ownTokens } from './own-tokens.js';
import type { GetService } from './service-tokens.js';

/** A provider package by name and version. */
export interface EnabledProvider {
  readonly name: string;
  readonly version: string;
}

/** Uses a package again. One that comes along or lies in a folder is never disabled, and yet may have been stopped as it crashed too often. */
export async function enableProvider(get: GetService, { dataDir }: DataDirPaths, name: string): Promise<EnabledProvider> {
  const packages = get(ownTokens.packages);
  const type = get(ownTokens.providers)
    .types()
    .find(({ package: found }) => found.name === name);
  // Of what nothing is known of, the installed packages say what is wrong.
  if (type === undefined || packages.list().some((installed) => installed.name === name)) {
    const { version } = await packages.enable(name);
    return { name, version };
  }
  await forgetCrashes(dataDir, name);
  get(ownTokens.events).emit('provider', { type: 'enabled', name });
  return { name, version: type.package.version };
}
