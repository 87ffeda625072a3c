import { join } from 'node:path';
import { acquireLock } from '../base/process-lock.js';
import { backupError } from './errors.js';

/** Makes sure that one process at a time creates or deletes backups of a data directory. @throws `backup-running` */
export async function lockBackups(dataDir: string, purpose: string): Promise<AsyncDisposable> {
  const result = await acquireLock(join(dataDir, 'backups.lock'), purpose);
  if (result.state === 'held') return result.lock;
  const { holder } = result;
  throw backupError('backup-running', {
    pid: holder?.pid ?? 'unknown',
    since: holder?.since ?? 'just now',
    purpose: holder?.purpose ?? 'starting',
  });
}
