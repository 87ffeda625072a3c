import { systemClock } from '../../../base/clock.js';
import { pathsIn } from '../../../config/path-grants.js';
import type { BackupServices } from '../../services.js';
import type { GuardedPath } from './plan-folder.js';
import type { ReplaceServices } from './replace-folders.js';
import { openRestoreRegistry } from './restore-registry.js';

/** What a host, or the reader of a file without one, replaces folders with. */
export function replaceServices(services: BackupServices | undefined): ReplaceServices {
  if (services === undefined) return { guarded: () => [], now: () => systemClock.now() };
  return {
    guarded: () => [{ path: services.dataDir, what: 'the data directory' }, ...locationFolders(services)],
    registry: openRestoreRegistry(services.dataDir),
    now: () => services.clock.now(),
  };
}

/** A location that is moved aside with what lay around it would be deleted with it, and its backups. */
function locationFolders({ locations, providers }: BackupServices): GuardedPath[] {
  return locations.list().flatMap(({ title, provider, config }) => {
    const type = providers.types().find(({ id }) => id === provider);
    const paths = type === undefined ? [] : pathsIn(type.configSchema, config);
    return paths.map((path) => ({ path, what: `the location "${title}"` }));
  });
}
