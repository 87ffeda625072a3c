import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readlink } from 'node:fs/promises';
import { isErrno, syncFolder } from '../../../base/atomic-file.js';
import { displayName, encodeName, toFsPath } from '../../../base/file-name.js';
import { mapConcurrently } from '../../../base/map-concurrently.js';
import type { FoundEntry, IndexedSource } from '../../browse/backup-index.js';
import { lstatIfThere } from '../open-folders.js';
import { safePath } from '../safe-path.js';
import { replaceError } from './errors.js';
import { namesAndKindsIn } from './folder-names.js';

const chunkBytes = 256 * 1024;
const filesAtOnce = 8;

export interface CheckRestored {
  /** Whether the restore said of this path that it isn't as the backup has it. */
  isKnownProblem(path: string): boolean;
  onFile(path: string, bytes: number): void;
  readonly signal: AbortSignal;
}

/**
 * Reads back all that was restored of a source, and compares it with the backup's index.
 *
 * @returns how many files' contents were compared with their digests
 * @throws `restore-differs`
 */
export async function checkRestored(folder: string, source: IndexedSource, options: CheckRestored): Promise<number> {
  let compared = 0;
  let group: FoundEntry[] = [];
  const checkGroup = async () => {
    const outcomes = await mapConcurrently(group, filesAtOnce, (found) => checkEntry(folder, source.name, found, options));
    compared += outcomes.filter(Boolean).length;
    group = [];
  };
  for await (const found of source.entries()) {
    options.signal.throwIfAborted();
    if (options.isKnownProblem(found.path)) continue;
    group.push(found);
    if (group.length >= filesAtOnce * 8) await checkGroup();
  }
  await checkGroup();
  return compared;
}

/** Whether its content was compared. */
async function checkEntry(folder: string, source: string, { path, entry, indexed }: FoundEntry, options: CheckRestored): Promise<boolean> {
  const safe = safePath(path);
  const differs = (what: string) => replaceError('restore-differs', { path: `${source}:${displayName(path)}`, what });
  const absolute = 'refused' in safe ? undefined : [folder, ...safe.parts].join('/');
  const stats = absolute === undefined ? undefined : lstatIfThere(absolute);
  if (absolute === undefined || stats === undefined) throw differs('it is not there');
  switch (entry.type) {
    case 'directory':
      if (!stats.isDirectory()) throw differs('it is not a folder');
      return false;
    case 'symlink': {
      const is = stats.isSymbolicLink() ? await readlink(toFsPath(absolute), { encoding: 'buffer' }) : undefined;
      if (is?.equals(encodeName(entry.linkPath ?? '')) !== true) throw differs('it links to another place');
      return false;
    }
    case 'hardlink':
      if (!stats.isFile()) throw differs('it is not a file');
      return false;
    case 'file': {
      if (!stats.isFile() || stats.size !== entry.size) throw differs(`it has ${stats.size} bytes instead of ${entry.size}`);
      if (indexed.sha256 === undefined) return false;
      const digest = await digestOf(absolute, options);
      if (digest === undefined) return false;
      if (digest !== indexed.sha256) throw differs('its content is another');
      options.onFile(path, entry.size);
      return true;
    }
    default:
      return false;
  }
}

/** `undefined` for a file whose modes keep its owner from reading it. */
async function digestOf(path: string, { signal }: CheckRestored): Promise<string | undefined> {
  const file = await open(toFsPath(path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error: unknown) => {
    if (isErrno(error, 'EACCES', 'EPERM')) return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(chunk, 0, chunk.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** Makes all of a restored tree survive a power cut: the former state is to be given up for it. */
export async function syncTree(folder: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const entries = namesAndKindsIn(folder);
  await mapConcurrently(
    entries.filter(({ kind }) => kind === 'file'),
    filesAtOnce,
    ({ name }) => syncFile(`${folder}/${name}`),
  );
  for (const { name, kind } of entries) if (kind === 'folder') await syncTree(`${folder}/${name}`, signal);
  await syncFolder(folder).catch(unlessUnreadable);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(toFsPath(path), 'r').catch(unlessUnreadable);
  if (file === undefined) return;
  try {
    // Not every platform syncs what was opened for reading.
    await file.sync().catch(unlessUnreadable);
  } finally {
    await file.close();
  }
}

function unlessUnreadable(error: unknown): undefined {
  if (!isErrno(error, 'EACCES', 'EPERM')) throw error;
}
