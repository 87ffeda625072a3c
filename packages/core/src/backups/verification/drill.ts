import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { toFsPath } from '../../base/file-name.js';
import { openBackupIndex } from '../browse/open-backup-index.js';
import type { BackupIndex } from '../browse/backup-index.js';
import { listBackups } from '../catalogue.js';
import { backupError } from '../errors.js';
import { describeFailure } from '../failure.js';
import { openStoredBackup } from '../open-backup.js';
import { restoreFromIndex } from '../restore/restore-from-index.js';
import type { Selection } from '../restore/selection.js';
import type { BackupServices } from '../services.js';
import { type ChosenFile, chooseFiles } from './choose-files.js';
import { isDamage, noteLook } from './note-look.js';
import { makeScratchFolder } from './scratch-folder.js';
import type { DrilledFile, DrillOptions, DrillReport } from './verification.js';

const defaultFiles = 10;
/** Bytes that a drill leaves free. */
const spareBytes = 64 * 1024 * 1024;

/**
 * Restores random files of a backup as a restore does, one after the other into a scratch folder, reads them from there and compares them with the digests that
 * were taken when they were backed up.
 *
 * @throws what is wrong with the backup as a whole, `wrong-key`, `key-needed`; what is wrong with a file is told in the report
 */
export async function drill(services: BackupServices, options: DrillOptions, signal: AbortSignal): Promise<DrillReport> {
  const { files: count = defaultFiles, seed = randomBytes(4).toString('hex') } = options;
  const asked = options.backup ?? (await newestOpenable(services, signal));
  const backup = await openStoredBackup(services, asked, options, signal);
  const { copy } = backup;
  const note = async (error?: unknown) => {
    if (copy !== undefined) await noteLook(services, { id: backup.id, ...copy }, { how: 'drill', error });
  };
  const report = { id: backup.id, name: backup.sidecar?.name ?? backup.id, location: backup.from, seed };
  try {
    await using index = await openBackupIndex(backup, services, options, signal);
    const { chosen, of } = await chooseFiles(index, count, seed, signal);
    await using scratch = await makeScratchFolder();
    const files: DrilledFile[] = [];
    let bytes = 0;
    for (const file of chosen) {
      options.onProgress?.({ phase: 'restoring', bytes, totalBytes: undefined, files: files.length, current: file.found.path });
      const drilled = await drillFile(index, file, scratch.path, signal);
      files.push(drilled);
      if (drilled.state === 'same' || drilled.state === 'no-digest') bytes += drilled.size;
    }
    const wrong = files.find(({ state }) => state === 'differs');
    // Without the file's name, which is nobody's business where issues are told.
    if (wrong !== undefined) await note(backupError('backup-differs', { id: backup.id, what: 'a file of it is not restored as it was' }));
    // A drill that restored nothing has shown nothing.
    else if (files.some(({ state }) => state === 'same')) await note();
    return { ...report, of, files, bytes, ok: wrong === undefined };
  } catch (error) {
    signal.throwIfAborted();
    if (isDamage(error)) await note(error);
    throw error;
  }
}

async function drillFile(index: BackupIndex, { source, found }: ChosenFile, folder: string, signal: AbortSignal): Promise<DrilledFile> {
  const { path } = found;
  const { size } = found.entry;
  const about = { source: source.name, path, size };
  const { bavail, bsize } = await statfs(folder);
  if (size + spareBytes > bavail * bsize) return { ...about, state: 'no-room' };
  const restored = join(folder, source.name, path);
  try {
    const selection = only(source.name, path);
    const nothing = () => signal.throwIfAborted();
    const plan = {
      folderFor: (name: string) => join(folder, name),
      selection,
      overwrite: false,
      owners: false,
      onEntry: nothing,
      onBytes: nothing,
    };
    const { problems } = await restoreFromIndex(index, plan);
    const [problem] = problems;
    if (problem !== undefined) {
      const remedy = 'See what is there with `holdfast backup ls`, and try a restore of this file.';
      return { ...about, state: 'differs', error: { code: problem.code, message: problem.message, remedy } };
    }
    const { sha256 } = found.indexed;
    const read = await digestOf(restored, signal);
    if (read.size === size && sha256 === undefined) return { ...about, state: 'no-digest' };
    if (read.size === size && read.sha256 === sha256) return { ...about, state: 'same' };
    const what = read.size === size ? 'its content is another' : `it has ${read.size} bytes instead of ${size}`;
    return { ...about, state: 'differs', error: describeFailure(backupError('backup-differs', { id: index.id, what })) };
  } catch (error) {
    signal.throwIfAborted();
    if (!isDamage(error)) throw error;
    return { ...about, state: 'differs', error: describeFailure(error) };
  } finally {
    await rm(toFsPath(restored), { force: true });
  }
}

/** That file, whatever characters are in its name. */
function only(source: string, path: string): Selection {
  return {
    wholeSources: false,
    includesSource: (name) => name === source,
    includes: (_, other) => other === path,
    within: () => [path],
    unmet: () => [],
  };
}

async function digestOf(path: string, signal: AbortSignal): Promise<{ readonly size: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const bytes of createReadStream(toFsPath(path), { signal })) {
    hash.update(bytes as Uint8Array);
    size += (bytes as Uint8Array).length;
  }
  return { size, sha256: hash.digest('hex') };
}

/** The newest backup that a key of this host opens. @throws `unknown-backup` */
async function newestOpenable(services: BackupServices, signal: AbortSignal): Promise<string> {
  const { backups } = await listBackups(services, {}, signal);
  const newest = backups.find(({ keyKnown, origin }) => keyKnown !== false && origin === 'holdfast');
  if (newest === undefined) throw backupError('nothing-to-drill');
  return newest.id;
}
