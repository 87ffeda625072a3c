import { plainPath } from '../../archive/index/path-order.js';

/** What stands before a source's paths in its archive. */
export interface SourcePaths {
  readonly prefix: string;
  /** As in the source; `''` is its folder. */
  toSource(archivePath: string): string;
  /** The plain path in the archive. */
  toArchive(sourcePath: string): string;
}

/**
 * Home Assistant's configuration lies below `data/` (format 1.1). Where that folder is all that the archive has, it stands for the source;
 * the Supervisor's archives begin with `.` and have files beside it, so these keep their paths. `first`: the path of the archive's first entry.
 */
export function sourcePaths(source: string, first: string): SourcePaths {
  const prefix = source === 'homeassistant' && plainPath(first) === 'data' ? 'data' : '';
  return {
    prefix,
    toSource(archivePath) {
      const plain = plainPath(archivePath);
      if (prefix === '') return plain;
      return plain === prefix ? '' : plain.startsWith(`${prefix}/`) ? plain.slice(prefix.length + 1) : plain;
    },
    toArchive(sourcePath) {
      if (prefix === '') return sourcePath;
      return sourcePath === '' ? prefix : `${prefix}/${sourcePath}`;
    },
  };
}
