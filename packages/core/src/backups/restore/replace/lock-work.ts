import { isErrno } from '../../../base/atomic-file.js';
import { acquireLock } from '../../../base/process-lock.js';
import { lstatIfThere } from '../open-folders.js';
import { replaceError } from './errors.js';
import { readJournal, type ReplaceJournal, leaderOf } from './restore-journal.js';
import { lockPath, requireOwn } from './work-folder.js';

/** One process at a time works in a work folder. `folder` is the one that is restored. Error: `restore-busy`. */
export async function lockWork(work: string, folder: string): Promise<AsyncDisposable> {
  const result = await acquireLock(lockPath(work), `restoring into ${folder}`);
  if (result.state === 'held') return result.lock;
  const { holder } = result;
  throw replaceError('restore-busy', { folder, pid: holder?.pid ?? 'unknown', since: holder?.since ?? 'just now' });
}

/** A restore that was begun, in the hands of this process. `journal` is missing where it died before it noted anything. */
export interface HeldRestore extends AsyncDisposable {
  readonly work: string;
  readonly journal: ReplaceJournal | undefined;
}

/**
 * Takes what is in a work folder in hand; `undefined` if there is none. Errors: `restore-busy`, with what is known of it in `journal`;
 * `restore-journal-damaged`.
 */
export async function holdRestore(work: string, folder: string): Promise<HeldRestore | undefined> {
  for (;;) {
    if (lstatIfThere(work) === undefined) return undefined;
    requireOwn(work);
    const before = await readJournal(work);
    const leader = before === undefined ? work : leaderOf(before).work;
    if (leader !== work && lstatIfThere(leader) !== undefined) requireOwn(leader);
    let lock: AsyncDisposable;
    try {
      lock = await lockWork(leader, folder);
    } catch (error) {
      // Another process has removed it meanwhile.
      if (isErrno(error, 'ENOENT') && lstatIfThere(leader) === undefined) continue;
      throw error;
    }
    try {
      const journal = await readJournal(work);
      return { work: leader, journal, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() };
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  }
}
