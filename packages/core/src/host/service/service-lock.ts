import { join } from 'node:path';
import { isErrno } from '../../base/atomic-file.js';
import { acquireLock, type LockHolder, lockHolder } from '../../base/process-lock.js';
import { hostError } from '../errors.js';

/** Makes sure that one service at a time looks after a data directory. @throws `service-running`, `data-dir-not-writable` */
export async function lockService(dataDir: string, purpose: string): Promise<AsyncDisposable> {
  const result = await acquire(dataDir, purpose);
  if (result.state === 'held') return result.lock;
  const { holder } = result;
  throw hostError('service-running', {
    folder: dataDir,
    pid: holder?.pid ?? 'unknown',
    host: holder?.host ?? 'this machine',
    since: holder?.since ?? 'just now',
  });
}

/** Who looks after the data directory now; `undefined` if nobody does. */
export function serviceHolder(dataDir: string): Promise<LockHolder | undefined> {
  return lockHolder(lockFile(dataDir));
}

async function acquire(dataDir: string, purpose: string) {
  try {
    return await acquireLock(lockFile(dataDir), purpose);
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOSPC')) throw error;
    throw hostError('data-dir-not-writable', { folder: dataDir, reason: `${error.code}` }, error);
  }
}

function lockFile(dataDir: string): string {
  return join(dataDir, 'service.lock');
}
