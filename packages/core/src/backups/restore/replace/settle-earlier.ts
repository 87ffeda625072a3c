import { join } from 'node:path';
import { lstatIfThere } from '../open-folders.js';
import { replaceError } from './errors.js';
import { holdRestore } from './lock-work.js';
import { journalPath, type ReplaceJournal } from './restore-journal.js';
import { settle } from './settle-restore.js';
import { removeWorkFolder, statePath, workBeside, workNameInside } from './work-folder.js';

/** Where a folder's work folder may be. */
export function workFoldersOf(target: string): string[] {
  return [workBeside(target), join(target, workNameInside)];
}

/**
 * Finishes or takes back what an earlier restore into this folder left when its process died.
 *
 * @throws `restore-unconfirmed`, where a former state is kept; `restore-busy`, and all that settling meets
 */
export async function settleEarlier(target: string, now: () => Date): Promise<void> {
  for (const work of workFoldersOf(target)) {
    await using held = await holdRestore(work, target);
    if (held === undefined) continue;
    const settled = held.journal === undefined ? await removeUnbegun(held.work) : await settle(held.journal, now);
    if (settled !== undefined) {
      throw replaceError('restore-unconfirmed', { folder: target, date: settled.switchedAt ?? settled.startedAt });
    }
  }
}

/** A work folder in which nothing was noted yet. Error: `restore-journal-damaged`, where it holds somebody's former state. */
export async function removeUnbegun(work: string): Promise<ReplaceJournal | undefined> {
  if (lstatIfThere(statePath(work, 'former')) !== undefined) {
    throw replaceError('restore-journal-damaged', { path: journalPath(work), reason: 'it is gone' });
  }
  await removeWorkFolder(work);
  return undefined;
}
