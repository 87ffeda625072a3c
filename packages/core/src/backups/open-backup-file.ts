import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isErrno } from '../base/atomic-file.js';
import type { KeyStore } from '../keys/key-store.js';
import { idOfBackupKey, indexKey, sidecarKey } from './backup-name.js';
import { backupError } from './errors.js';
import { passwordsFor, type ReadableBackup, type ReadOptions } from './open-backup.js';
import { renamed } from './seal/alarms.js';
import { readFully } from './seal/checked-range.js';
import { checkSeal } from './seal/check-seal.js';
import { protectBytes, type RawCopy } from './seal/protected-bytes.js';
import { maxSidecarBytes, parseSidecar, type Sidecar } from './sidecar.js';

/**
 * A backup file on this machine. If its sidecar lies beside it, it is read as a sealed backup is, else as an unsealed one.
 *
 * @throws `backup-file-unreadable`, `sidecar-unreadable`, `seal-invalid`, or how its length differs from what was sealed
 */
export async function openBackupFile(file: string, options: ReadOptions, keys?: KeyStore): Promise<ReadableBackup> {
  const path = resolve(file);
  const stats = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (!stats.isFile()) throw backupError('backup-file-unreadable', { path, reason: 'it is not a file' });
  const sidecar = await sidecarBeside(path);
  const keyFingerprint = sidecar === undefined || sidecar.encryption.format === 'plain' ? undefined : sidecar.encryption.keyFingerprint;
  const passwords = passwordsFor(keys, options.passwords, keyFingerprint);
  const check = sidecar === undefined ? { state: 'unsealed' as const } : await checkSeal(sidecar, keys, passwords);
  const raw: RawCopy = {
    id: sidecar?.id ?? path,
    from: path,
    others: [],
    open: async (signal) => createReadStream(path, { highWaterMark: 256 * 1024, signal }),
    read: (offset, length) => readPart(path, offset, length),
    measure: async () => (await stat(path)).size,
  };
  const bytes = protectBytes(raw, sidecar);
  if (sidecar?.seal !== undefined && stats.size !== sidecar.file.size) {
    throw await bytes.explain(options.signal ?? new AbortController().signal);
  }
  return {
    id: path,
    size: stats.size,
    from: path,
    others: [],
    sidecar,
    seal: check.state,
    sealRoot: check.state === 'sealed' ? check.root : undefined,
    passwords,
    keyFingerprint,
    ...bytes,
    readIndex: (offset, length) => readPart(indexKey(path), offset, length),
    async proveSidecar() {
      const name = basename(path);
      // People give copies names of their own; one that says which backup it is has to be true.
      const fault = sidecar?.seal === undefined || idOfBackupKey(name) === undefined ? undefined : renamed(sidecar, name, path);
      if (fault !== undefined) throw fault;
    },
  };
}

async function sidecarBeside(path: string): Promise<Sidecar | undefined> {
  const name = sidecarKey(path);
  let file: FileHandle;
  try {
    file = await open(name, 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw unreadable(name, error);
  }
  try {
    if ((await file.stat()).size > maxSidecarBytes) throw backupError('sidecar-unreadable', { key: name, reason: 'it is too large' });
    return await parseSidecar(await file.readFile(), name);
  } finally {
    await file.close();
  }
}

/** Each time opened anew: nobody closes a readable backup. */
async function readPart(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    return await readFully(
      async (at, wanted) => {
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, at);
        return buffer.subarray(0, bytesRead);
      },
      offset,
      length,
    );
  } finally {
    await file.close();
  }
}

function unreadable(path: string, error: unknown): Error {
  return backupError('backup-file-unreadable', { path, reason: isErrno(error, 'ENOENT') ? 'it is not there' : String(error) });
}
