import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { monotonic } from '../../base/monotonic.js';
import { isHoldfastError } from '../../base/errors.js';
import { acquireLock, type LockHolder } from '../../base/process-lock.js';

const pollMilliseconds = 200;
/** A look at the runs takes the lock for an instant, which keeps nobody from a run. */
const lookPurpose = 'looking at the runs';

export interface TurnOptions {
  /** What it is taken for, for who waits. Names the run. */
  readonly purpose: string;
  readonly onBusy: 'wait' | 'skip';
  /** How long to wait. Milliseconds. */
  readonly patience: number;
  readonly onWaiting?: ((holder: LockHolder | undefined) => void) | undefined;
}

export type Turn =
  | { readonly state: 'held'; readonly lock: AsyncDisposable }
  | { readonly state: 'busy'; readonly holder: LockHolder | undefined };

/** Lets one run at a time have its turn, and none while something else works on the backups. */
export async function takeTurn(dataDir: string, options: TurnOptions, signal: AbortSignal): Promise<Turn> {
  const began = monotonic();
  for (let told = false; ; ) {
    signal.throwIfAborted();
    const result = await tryTurn(dataDir, options.purpose);
    if (result.state === 'held') return result;
    const { holder } = result;
    // Without a holder the lock was just given back or is just being made.
    const isBusy = holder !== undefined && holder.purpose !== lookPurpose;
    if (isBusy && (options.onBusy === 'skip' || monotonic() - began >= options.patience)) return result;
    if (isBusy && !told) {
      told = true;
      options.onWaiting?.(holder);
    }
    await setTimeout(pollMilliseconds, undefined, { signal });
  }
}

/** Calls `look` with what tells whether a run may be under way: in doubt it is. */
export async function knowingRun<T>(dataDir: string, look: (mayRun: (id: string) => boolean) => Promise<T>): Promise<T> {
  const result = await acquireLock(lockFile(dataDir), lookPurpose);
  if (result.state === 'busy') {
    const purpose = result.holder?.purpose;
    return look((id) => purpose === undefined || purpose === lookPurpose || purpose.includes(id));
  }
  await using _lock = result.lock;
  return await look(() => false);
}

async function tryTurn(dataDir: string, purpose: string): Promise<Turn> {
  const result = await acquireLock(lockFile(dataDir), purpose);
  if (result.state === 'busy') return result;
  const holder = await otherWork(dataDir);
  if (holder === undefined) return result;
  await result.lock[Symbol.asyncDispose]();
  return { state: 'busy', holder };
}

/** Who works on the backups, a person's command, say. Whoever begins between this look and the run is waited for by the run. */
async function otherWork(dataDir: string): Promise<LockHolder | undefined> {
  const result = await acquireLock(join(dataDir, 'backups.lock'), 'about to run a job');
  if (result.state === 'busy')
    return result.holder ?? { pid: process.pid, host: '', since: new Date().toISOString(), purpose: lookPurpose };
  await result.lock[Symbol.asyncDispose]();
  return undefined;
}

/** Waits until nothing else works on the backups and calls `work`, which takes the lock itself. @throws `backup-running` when that takes too long */
export async function whenFree<T>(work: () => Promise<T>, patience: number, signal: AbortSignal): Promise<T> {
  for (const began = monotonic(); ; ) {
    try {
      return await work();
    } catch (error) {
      if (!isHoldfastError(error, 'backup-running') || monotonic() - began >= patience) throw error;
    }
    await setTimeout(pollMilliseconds, undefined, { signal });
  }
}

function lockFile(dataDir: string): string {
  return join(dataDir, 'job-run.lock');
}
