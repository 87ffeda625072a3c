import { join } from 'node:path';

/** Where the things of provider packages lie in the data directory. */
export interface DataDirPaths {
  readonly dataDir: string;
  readonly journal: string;
  /** The package's own folder, which outlives its updates. */
  stateFolder(packageName: string): string;
  /** How the package's process does. */
  statusFile(packageName: string): string;
  /** Holds both, those of a scope in a folder of its name. */
  readonly stateFolders: string;
  logFile(packageName: string): string;
}

export function dataDirPaths(dataDir: string): DataDirPaths {
  const stateFolders = join(dataDir, 'provider-state');
  return {
    dataDir,
    journal: join(dataDir, 'journal'),
    stateFolder: (name) => join(stateFolders, name),
    statusFile: (name) => join(stateFolders, `${name}.status.json`),
    stateFolders,
    // All in one folder, where a person looks for them.
    logFile: (name) => join(dataDir, 'logs', 'providers', `${name.replaceAll('/', '+')}.log`),
  };
}
