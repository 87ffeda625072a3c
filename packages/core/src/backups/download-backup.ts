import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isErrno, syncFolder } from '../base/atomic-file.js';
import { backupError } from './errors.js';
import { digested } from './observe-bytes.js';
import { withCopies } from './seal/with-copies.js';
import { openWithProgress, type ReadableBackup, type ReadOptions } from './open-backup.js';

/** Copies a backup's file as it is. The name appears when the copy is complete and is what the sidecar says. */
export async function downloadBackup(
  backup: ReadableBackup,
  toFile: string,
  options: ReadOptions & { readonly overwrite?: boolean },
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly size: number }> {
  const path = resolve(toFile);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  const target = await create(temporary, path);
  try {
    const file = digested(await openWithProgress(backup, 'downloading', options, signal, () => 0));
    try {
      for await (const chunk of file.bytes) for (let at = 0; at < chunk.length; ) at += (await target.write(chunk, at)).bytesWritten;
      await target.sync();
    } finally {
      await target.close();
    }
    const { size, sha256 } = file.digest();
    const expected = backup.sidecar?.file.sha256;
    if (expected !== undefined && sha256 !== expected) {
      throw withCopies(backupError('backup-differs', { id: backup.id, what: 'its SHA-256 is another' }), backup.others);
    }
    await putInPlace(temporary, path, options.overwrite === true);
    return { path, size };
  } finally {
    await rm(temporary, { force: true });
  }
}

async function create(temporary: string, path: string): Promise<FileHandle> {
  try {
    return await open(temporary, 'wx', 0o600);
  } catch (error) {
    throw backupError('file-not-writable', { path, reason: isErrno(error, 'ENOENT') ? 'there is no such folder' : String(error) });
  }
}

async function putInPlace(temporary: string, path: string, overwrite: boolean): Promise<void> {
  if (overwrite) await rename(temporary, path);
  else {
    // A link, unlike a rename, fails where the name is taken.
    await link(temporary, path).catch((error: unknown) => {
      throw isErrno(error, 'EEXIST') ? backupError('file-exists', { path }) : error;
    });
  }
  await syncFolder(dirname(path));
}
