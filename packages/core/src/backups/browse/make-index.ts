import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIndexWriter } from '../../archive/index/index-writer.js';
import { openPageSpool, type PageSpool } from '../../archive/index/page-spool.js';
import { openWithProgress, type ReadableBackup, type ReadOptions } from '../open-backup.js';
import type { BackupIndex } from './backup-index.js';
import { buildIndex } from './build-index.js';
import { saveIndexFile } from './index-file.js';
import { folderOf, type IndexKeeper, keptIndex } from './kept-index.js';

/** Makes the index of a backup by reading it through, and keeps it for the next time. */
export async function makeIndex(
  backup: ReadableBackup,
  keeper: IndexKeeper | undefined,
  name: string | undefined,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<BackupIndex> {
  const spool = openPageSpool(keeper === undefined ? tmpdir() : join(keeper.dataDir, 'spool'));
  try {
    return await readThrough(backup, keeper, name, spool, options, signal);
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    throw error;
  }
}

async function readThrough(
  backup: ReadableBackup,
  keeper: IndexKeeper | undefined,
  name: string | undefined,
  spool: PageSpool,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<BackupIndex> {
  const key = randomBytes(32);
  const writer = createIndexWriter({ key, spool });
  let files = 0;
  const bytes = await openWithProgress(backup, 'reading', options, signal, () => files);
  const { leaves, passwords } = await buildIndex(bytes, writer, {
    passwords: backup.passwords,
    keyFingerprint: backup.keyFingerprint,
    date: backup.sidecar?.date,
    onFile: () => {
      files += 1;
    },
  });
  const made = { key, written: await writer.finish(), leaves: Buffer.concat(leaves) };
  const used = new Set(passwords.values());
  const [password] = used;
  // A set of archives with several passwords opens with all of them only.
  if (keeper !== undefined && name !== undefined && used.size <= 1) {
    await saveIndexFile(folderOf(keeper), name, { ...made, password }, spool, keeper.keys).catch((error: unknown) => {
      keeper.log.warn(`The index of ${backup.id} could not be kept: ${String(error)}`);
    });
  }
  return keptIndex(backup, { ...made, read: spool.read }, spool, (member) => passwords.get(member), signal);
}
