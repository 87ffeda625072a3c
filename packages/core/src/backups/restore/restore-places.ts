import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { memberForm } from '../browse/asked-path.js';
import { replaceError } from './replace/errors.js';
import type { RestoreOptions } from './restore-options.js';

/** The folder that a source is restored into. */
export type FolderFor = (source: string) => string;

export interface RestorePlaces {
  /** Those that have folders of their own, where these are all that is wanted. */
  readonly sources: readonly string[] | undefined;
  /** By the name of the source's archive. @throws `restore-nowhere` */
  readonly folderFor: FolderFor;
  /** Sources with folders of their own that were never asked for. */
  unmet(): readonly string[];
}

/** Where the sources go. */
export function restorePlaces({ to, folders = {} }: Pick<RestoreOptions, 'to' | 'folders'>): RestorePlaces {
  const own = new Map(Object.entries(folders).map(([asked, folder]) => [memberForm(asked), { asked, folder, met: false }]));
  if (to === undefined && own.size === 0) throw replaceError('restore-nowhere', { source: 'the backup' });
  return {
    sources: to === undefined ? Object.keys(folders) : undefined,
    folderFor(source) {
      const place = own.get(source);
      if (place === undefined) {
        if (to === undefined) throw replaceError('restore-nowhere', { source });
        return resolve(to, source);
      }
      place.met = true;
      return withoutLink(resolve(place.folder));
    },
    unmet: () => [...own.values()].filter(({ met }) => !met).map(({ asked }) => asked),
  };
}

/** A folder that somebody names may be a link to where it really is; one that a backup names may not. */
function withoutLink(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
