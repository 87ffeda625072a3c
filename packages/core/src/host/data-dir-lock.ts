import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { monotonic } from '../base/monotonic.js';
import { isErrno } from '../base/atomic-file.js';
import { acquireLock, type LockHolder } from '../base/process-lock.js';
import { hostError } from './errors.js';

const pollMilliseconds = 100;

export interface DataDirLockOptions {
  /** What it is taken for, for whoever finds it taken. */
  readonly purpose: string;
  /** How long to wait for another host, milliseconds. */
  readonly patience: number;
  /** Called once, before the waiting begins. */
  readonly onWaiting?: ((holder: LockHolder) => void) | undefined;
  readonly signal: AbortSignal;
}

/**
 * Makes sure that one host at a time works with a data directory. A lock whose process has died is taken over.
 *
 * @throws `data-dir-busy` if another host has it all the while, `data-dir-not-writable`
 */
export async function lockDataDir(dataDir: string, options: DataDirLockOptions): Promise<AsyncDisposable> {
  const { purpose, patience, onWaiting, signal } = options;
  const began = monotonic();
  for (let told = false; ; ) {
    signal.throwIfAborted();
    const result = await acquire(dataDir, purpose);
    if (result.state === 'held') return result.lock;
    const { holder } = result;
    const left = patience - (monotonic() - began);
    if (left <= 0) throw busy(dataDir, holder);
    // Without a holder the lock was just given back or is just being made.
    if (!told && holder !== undefined) {
      told = true;
      onWaiting?.(holder);
    }
    await setTimeout(Math.min(pollMilliseconds, left), undefined, { signal });
  }
}

async function acquire(dataDir: string, purpose: string) {
  try {
    return await acquireLock(join(dataDir, 'host.lock'), purpose);
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOSPC')) throw error;
    throw hostError('data-dir-not-writable', { folder: dataDir, reason: `${error.code}` }, error);
  }
}

function busy(dataDir: string, holder: LockHolder | undefined) {
  return hostError('data-dir-busy', {
    folder: dataDir,
    pid: holder?.pid ?? 'unknown',
    host: holder?.host ?? 'this machine',
    since: holder?.since ?? 'just now',
    purpose: holder?.purpose ?? 'just starting',
  });
}
