import type { TarEntry, TarEntryType } from '../../archive/tar/tar-entry.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { isHoldfastError } from '../../base/errors.js';
import { isAboutKey } from '../wanted-key.js';
import { Turns } from '../../base/turns.js';
import { type BackupSource, readSources, type ReadSourcesOptions, type SourceEntry } from '../read-sources.js';
import { describeRestoreProblem } from './describe-problem.js';
import type { FolderFor } from './restore-places.js';
import type { RestoreProblemCode } from './safe-path.js';
import type { Selection } from './selection.js';
import { TargetFolder } from './target-folder.js';

/** Something that was not restored as the backup has it. */
export interface RestoreProblem {
  readonly source: string;
  readonly path: string;
  readonly code: RestoreProblemCode;
  readonly message: string;
}

/** One entry of a backup, by its path in its source. */
export interface ContentEntry {
  readonly source: string;
  readonly path: string;
  readonly type: TarEntryType;
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  /** Seconds since 1970, with a fraction. */
  readonly mtime: number;
  readonly linkPath?: string;
  /** Of a file's content, hexadecimal, where an index tells it. */
  readonly sha256?: string;
}

/** A source that was put in place of a folder. */
export interface ReplacedSource {
  readonly source: string;
  readonly folder: string;
  readonly former?: string;
}

export interface RestoreResult {
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  /** Of the files' contents. */
  readonly bytes: number;
  readonly problems: readonly RestoreProblem[];
  /** What would be restored, for a dry run. */
  readonly entries?: readonly ContentEntry[];
  /** After replacing: the folders that were, and where the former state of each is kept; absent for one that wasn't there. */
  readonly replaced?: readonly ReplacedSource[];
  /** After replacing: how many of the files were read back and compared with the digests of backup time. None without an index. */
  readonly checked?: number;
}

export interface RestorePlan {
  /** Opens the backup from its start. Called again only where a chosen hard link's content lies in an entry that was not chosen. */
  open(): Promise<ByteSource>;
  readonly passwords: readonly string[];
  readonly keyFingerprint: string | undefined;
  /** From the backup's index, if it has one: see `readSources`. */
  readonly archives?: ReadSourcesOptions['archives'];
  readonly folderFor: FolderFor;
  readonly selection: Selection;
  readonly overwrite: boolean;
  readonly owners: boolean;
  onFile(): void;
  /** Called when a chosen source is reached. */
  onSource?(name: string): void;
}

/** Hard links whose content is still in the backup: by source, from the path of the content to the paths that need it. */
type MissingContents = Map<string, Map<string, string[]>>;

/**
 * Restores a backup's chosen entries below `<target>/<source>`. Damage in one part of the backup doesn't keep the
 * others from being restored; it is thrown when they are done.
 */
export async function restoreBackup(plan: RestorePlan): Promise<RestoreResult> {
  const tally = new Tally();
  const missing: MissingContents = new Map();
  let failure: unknown;
  try {
    for await (const source of readSources(await plan.open(), plan)) {
      if (!plan.selection.includesSource(source.name)) continue;
      plan.onSource?.(source.name);
      try {
        await restoreSource(source, plan, tally, missing);
      } catch (error) {
        // With nothing written yet, a wrong key is told at once; and what ends the whole file ends here too.
        if (!isHoldfastError(error) || error.code === 'truncated' || (tally.isEmpty() && isAboutKey(error))) throw error;
        failure ??= error;
      }
    }
  } catch (error) {
    throw failure ?? error;
  }
  if (missing.size > 0) await restoreMissing(missing, plan, tally);
  if (failure !== undefined) throw failure;
  return tally.result();
}

async function restoreSource(source: BackupSource, plan: RestorePlan, tally: Tally, missing: MissingContents): Promise<void> {
  const folder = targetFor(source.name, plan, tally);
  const turns = new Turns();
  try {
    for await (const found of await source.open()) {
      const turn = turns.next();
      if (turn !== undefined) await turn;
      if (!plan.selection.includes(source.name, found.path, found.entry.type === 'directory')) continue;
      plan.onFile();
      const restored = restoreEntry(folder, found, tally, source.name);
      if ((typeof restored === 'string' ? restored : await restored) === 'missing') noteMissing(missing, source.name, found);
    }
  } finally {
    folder.finish();
  }
}

type Restored = 'done' | 'missing';

/** Waits only for contents that come in pieces. */
function restoreEntry(folder: TargetFolder, found: SourceEntry, tally: Tally, source: string): Restored | Promise<Restored> {
  const entry = found.path === found.entry.path ? found.entry : { ...found.entry, path: found.path };
  switch (entry.type) {
    case 'directory':
      if (folder.folder(entry)) tally.folders += 1;
      return 'done';
    case 'file': {
      const written = folder.file(entry, found.body);
      if (typeof written !== 'boolean') return written.then((done) => tallyFile(tally, entry, done));
      return tallyFile(tally, entry, written);
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

function tallyFile(tally: Tally, entry: TarEntry, written: boolean): Restored {
  if (written) tally.addFile(entry.size);
  return 'done';
}

function noteMissing(missing: MissingContents, source: string, found: SourceEntry): void {
  const links = missing.get(source) ?? new Map<string, string[]>();
  missing.set(source, links);
  const content = found.linkPath ?? '';
  links.set(content, [...(links.get(content) ?? []), found.path]);
}

/** Reads the backup once more for the contents of hard links whose first name was not chosen. */
async function restoreMissing(missing: MissingContents, plan: RestorePlan, tally: Tally): Promise<void> {
  for await (const source of readSources(await plan.open(), plan)) {
    const links = missing.get(source.name);
    if (links === undefined) continue;
    const folder = targetFor(source.name, plan, tally);
    try {
      for await (const { path, entry, body } of await source.open()) {
        const [first, ...others] = (entry.type === 'file' && links.get(path)) || [];
        if (first === undefined) continue;
        links.delete(path);
        if (await folder.file({ ...entry, path: first }, body)) tally.addFile(entry.size);
        for (const other of others) if (folder.hardlink({ ...entry, path: other }, first) === 'linked') tally.links += 1;
      }
    } finally {
      folder.finish();
    }
    for (const paths of links.values()) for (const path of paths) tally.problem(source.name, path, 'link', undefined);
  }
}

function targetFor(source: string, plan: RestorePlan, tally: Tally): TargetFolder {
  return new TargetFolder(plan.folderFor(source), {
    overwrite: plan.overwrite,
    owners: plan.owners,
    onProblem: (path, code, cause) => tally.problem(source, path, code, cause),
  });
}

/** What was restored so far. */
class Tally {
  files = 0;
  folders = 0;
  links = 0;
  bytes = 0;
  readonly problems: RestoreProblem[] = [];

  addFile(size: number): void {
    this.files += 1;
    this.bytes += size;
  }

  problem(source: string, path: string, code: RestoreProblemCode, cause: unknown): void {
    this.problems.push({ source, path, code, message: describeRestoreProblem(path, code, cause) });
  }

  isEmpty(): boolean {
    return this.files + this.folders + this.links === 0;
  }

  result(): RestoreResult {
    const { files, folders, links, bytes, problems } = this;
    return { files, folders, links, bytes, problems };
  }
}
