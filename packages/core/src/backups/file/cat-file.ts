import { memberKind } from '../../archive/outer-members.js';
import type { TarEntry } from '../../archive/tar/tar-entry.js';
import { isHoldfastError } from '../../base/errors.js';
import { displayName } from '../../base/file-name.js';
import { backupError } from '../errors.js';
import { openWithProgress, type ReadOptions } from '../open-backup.js';
import { openBackupFile } from '../open-backup-file.js';
import { type BackupSource, readSources } from '../read-sources.js';
import { sourceNameOf } from '../sources/source.js';
import type { FoundBackupFile } from './require-backup-file.js';

const mostLinks = 8;

/**
 * The content of one file in a backup file, read from its start: `source:path`, or `path` in the first source that has it. Hard links are
 * followed. The inner archive is read to its end, so that damage behind the file is found too; then the error comes after the
 * content. Errors: `path-not-in-backup`, `path-not-a-file`, and those of reading.
 */
export async function* catFile(
  found: FoundBackupFile,
  asked: string,
  options: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let wanted: Wanted = parseAsked(asked, sourcesOf(found));
  for (let links = 0; links < mostLinks; links += 1) {
    const next = yield* contentOf(found, wanted, asked, options, signal);
    if (next === undefined) return;
    wanted = next;
  }
  throw notAFile(found.path, asked, 'a chain of links');
}

interface Wanted {
  /** `undefined`: the first that has the path. */
  readonly source: string | undefined;
  readonly path: string;
}

function sourcesOf(found: FoundBackupFile): readonly string[] {
  try {
    return found
      .scan()
      .members.filter(({ name }) => memberKind(name) === 'inner-archive')
      .map(({ name }) => sourceNameOf(name));
  } catch (error) {
    // A file that is cut short may well hold what is asked for.
    if (isHoldfastError(error)) return [];
    throw error;
  }
}

/** A colon may be in a file's name: only what is in the backup counts as a source. */
function parseAsked(asked: string, sources: readonly string[]): Wanted {
  const colon = asked.indexOf(':');
  const source = asked.slice(0, Math.max(colon, 0)).replaceAll('/', '_');
  const named = colon > 0 && (sources.includes(source) || sources.length === 0);
  return { source: named ? source : undefined, path: plainPath(named ? asked.slice(colon + 1) : asked) };
}

function plainPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** Yields the content; returns where to go on if it is a link. */
async function* contentOf(
  found: FoundBackupFile,
  { source, path }: Wanted,
  asked: string,
  options: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, Wanted | undefined, undefined> {
  const backup = await openBackupFile(found.path, options);
  const bytes = await openWithProgress(backup, 'reading', options, signal, () => 0);
  for await (const candidate of readSources(bytes, backup)) {
    if (source !== undefined && candidate.name !== source) continue;
    const met = yield* lookIn(candidate, path, (entry) => notAFile(found.path, asked, describeEntry(entry)));
    if (met !== undefined) return met === 'done' ? undefined : met;
  }
  throw backupError('path-not-in-backup', { path: displayName(asked), id: found.path, near: '' });
}

async function* lookIn(
  source: BackupSource,
  path: string,
  refused: (entry: TarEntry) => Error,
): AsyncGenerator<Uint8Array, Wanted | 'done' | undefined, undefined> {
  let met: Wanted | 'done' | undefined;
  for await (const { path: at, entry, linkPath, body } of await source.open()) {
    if (met !== undefined || at !== path) continue;
    if (entry.type === 'hardlink') met = { source: source.name, path: linkPath ?? '' };
    else if (entry.type !== 'file') throw refused(entry);
    else {
      yield* body;
      met = 'done';
    }
  }
  return met;
}

function notAFile(id: string, asked: string, what: string): Error {
  return backupError('path-not-a-file', { path: displayName(asked), id, what });
}

function describeEntry({ type, linkPath }: TarEntry): string {
  if (type === 'symlink') return `a symbolic link to ${displayName(linkPath ?? '')}`;
  return type === 'directory' ? 'a folder' : 'a device or a FIFO';
}
