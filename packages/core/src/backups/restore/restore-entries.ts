import { Turns } from '../../base/turns.js';
import type { SourceEntry } from '../source-entries.js';
import type { RestoreProblemCode } from './safe-path.js';
import type { Tally } from './tally.js';
import { TargetFolder } from './target-folder.js';
import type { WriteBehind } from './write-behind/write-behind.js';

/** Where a source goes, and how; in plain data. */
export interface SourceTarget {
  readonly source: string;
  readonly folder: string;
  readonly overwrite: boolean;
  readonly owners: boolean;
}

/** Hard links whose content is still in the backup: from the path of the content to the paths that need it. */
export type MissingContents = Map<string, string[]>;

export interface RestoreObserver {
  /** Whether the entry is wanted. */
  includes(path: string, isFolder: boolean): boolean;
  /** Called for each that is. */
  onEntry(): void;
}

/** Restores the wanted entries of a source, and counts them in `tally`; small files with the help of `behind`. */
export async function restoreEntries(
  entries: AsyncIterable<SourceEntry>,
  target: SourceTarget,
  tally: Tally,
  observer: RestoreObserver,
  behind?: WriteBehind,
): Promise<MissingContents> {
  const folder = targetFolder(target, tally, behind);
  const missing: MissingContents = new Map();
  const turns = new Turns();
  try {
    for await (const found of entries) {
      const turn = turns.next();
      if (turn !== undefined) await turn;
      if (!observer.includes(found.path, found.entry.type === 'directory')) continue;
      observer.onEntry();
      const restored = restoreEntry(folder, found, tally, target.source);
      if ((typeof restored === 'string' ? restored : await restored) === 'missing') noteMissing(missing, found);
    }
  } finally {
    folder.finish();
  }
  return missing;
}

export function targetFolder({ source, folder, overwrite, owners }: SourceTarget, tally: Tally, behind?: WriteBehind): TargetFolder {
  const onProblem = (path: string, code: RestoreProblemCode, cause?: unknown) => tally.problem(source, path, code, cause);
  return new TargetFolder(folder, { overwrite, owners, onProblem, onFile: (size) => tally.addFile(size) }, behind);
}

type Outcome = 'done' | 'missing';

/** Waits only for contents that come in pieces. */
function restoreEntry(folder: TargetFolder, found: SourceEntry, tally: Tally, source: string): Outcome | Promise<Outcome> {
  const entry = found.path === found.entry.path ? found.entry : { ...found.entry, path: found.path };
  switch (entry.type) {
    case 'directory':
      if (folder.folder(entry)) tally.folders += 1;
      return 'done';
    case 'file': {
      const writing = folder.file(entry, found.body);
      return writing instanceof Promise ? writing.then(() => 'done') : 'done';
    }
    case 'symlink':
      if (folder.symlink(entry)) tally.links += 1;
      return 'done';
    case 'hardlink': {
      const outcome = folder.hardlink(entry, found.linkPath ?? '');
      if (outcome === 'linked') tally.links += 1;
      return outcome === 'missing' ? 'missing' : 'done';
    }
    default:
      tally.problem(source, entry.path, 'device', undefined);
      return 'done';
  }
}

function noteMissing(missing: MissingContents, { path, linkPath: content = '' }: SourceEntry): void {
  missing.set(content, [...(missing.get(content) ?? []), path]);
}
