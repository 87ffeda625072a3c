import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProviderPackage } from '../provider-package.js';
import { subjectOf } from '../provider-module.js';
import { codeFolders } from './code-folders.js';
import { providerProcessError } from './errors.js';
import { grantFault, permissionFlags } from './permission-flags.js';

export interface StartOptions {
  readonly found: ProviderPackage;
  /** The package's folder. */
  readonly folder: string;
  /** The module that runs in the process. */
  readonly entry: string;
  readonly stateFolder: string;
  /** What the package may read and write beside its state. */
  readonly grants: readonly string[];
  /** Bytes that JavaScript objects may take. */
  readonly heap: number;
}

/** What Node is started with for a provider: limits, permissions and the module to run. Every user of the machine can read it. */
export function startArguments({ found, folder, entry, stateFolder, grants, heap }: StartOptions): string[] {
  const module = realpathSync(entry);
  const read = [...codeFolders(folder), dirname(module)];
  const write = [stateFolder, ...grants].flatMap(withRealPath);
  for (const path of [...read, ...write]) {
    const reason = grantFault(path);
    if (reason !== undefined) throw providerProcessError('provider-path-refused', { subject: subjectOf(found), path, reason });
  }
  const network = found.permissions.network.length > 0;
  const { platform, versions } = process;
  return [
    `--max-old-space-size=${Math.ceil(heap / (1024 * 1024))}`,
    ...permissionFlags({ nodeVersion: versions.node, platform, read, write, network }),
    module,
  ];
}

/** Node compares paths as they are written, and a process is told its own folder by its real path. */
function withRealPath(path: string): string[] {
  try {
    const real = realpathSync(path);
    return real === path ? [path] : [path, real];
  } catch {
    return [path];
  }
}
