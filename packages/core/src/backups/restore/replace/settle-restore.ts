import { isHoldfastError } from '../../../base/errors.js';
import { lstatIfThere } from '../open-folders.js';
import { replaceError } from './errors.js';
import { moveIn, moveOut } from './exchange.js';
import { namesIn } from './folder-names.js';
import { leaderOf, type ReplacedFolder, type ReplaceJournal, type ReplacePhase, writeJournal } from './restore-journal.js';
import { removeWorkFolder, statePath } from './work-folder.js';

/**
 * Goes on from where a restore's journal is until the new state is in place and the former one kept, or nothing is left to be done (`undefined`). A new
 * state that can't be put in place is taken back, and then the error tells why.
 *
 * @throws `replace-refused`, `restore-in-the-way`, `restore-not-switched`, `restore-leftovers`
 */
export async function settle(journal: ReplaceJournal, now: () => Date): Promise<ReplaceJournal | undefined> {
  let at: ReplaceJournal | undefined = journal;
  let refused: unknown;
  while (at !== undefined && !isSettled(at)) {
    const current: ReplaceJournal = at;
    try {
      at = await nextPhase(current, now);
    } catch (error) {
      // Where somebody else writes to the folder, going back would meet the same: it waits until that is mended.
      const back = isHoldfastError(error) || refused !== undefined ? undefined : wayBack[current.phase];
      if (back === undefined) throw stuckAt(current, error);
      refused = error;
      at = await reach(current, back);
    }
  }
  if (refused !== undefined)
    throw replaceError('replace-refused', { folder: leaderOf(journal).target, reason: reasonOf(refused) }, refused);
  return at;
}

function isSettled({ phase, folders }: ReplaceJournal): boolean {
  return phase === 'switched' && folders.some(keepsFormer);
}

/** Whether there is a former state that somebody may want back. */
export function keepsFormer({ work, mode }: ReplacedFolder): boolean {
  const former = statePath(work, 'former');
  return lstatIfThere(former) !== undefined && (mode === 'whole' || namesIn(former).length > 0);
}

/** From where a switch that fails can be taken back. */
const wayBack: Partial<Record<ReplacePhase, ReplacePhase>> = { 'moving-out': 'undo-in', 'moving-in': 'undo-out' };

async function nextPhase(journal: ReplaceJournal, now: () => Date): Promise<ReplaceJournal | undefined> {
  const { folders, phase } = journal;
  switch (phase) {
    case 'moving-out':
      for (const folder of folders) await moveOut(folder, 'former');
      return reach(journal, 'moving-in');
    case 'moving-in':
      for (const folder of folders) await moveIn(folder, 'new');
      return reach({ ...journal, switchedAt: now().toISOString() }, 'switched');
    case 'undo-out':
      for (const folder of folders) await moveOut(folder, 'new');
      return reach(journal, 'undo-in');
    case 'undo-in':
      for (const folder of folders) await moveIn(folder, 'former');
      return reach(journal, 'removing');
    case 'staging':
    case 'switched':
      return reach(journal, 'removing');
    case 'removing':
      // The leader last: its journal tells of the others.
      for (const { work } of [...folders].reverse()) await removeWorkFolder(work);
      return undefined;
  }
}

async function reach(journal: ReplaceJournal, phase: ReplacePhase): Promise<ReplaceJournal> {
  const reached = { ...journal, phase };
  await writeJournal(reached);
  return reached;
}

function stuckAt(journal: ReplaceJournal, error: unknown): unknown {
  if (isHoldfastError(error)) return error;
  const { target: folder, work } = leaderOf(journal);
  const code = journal.phase === 'removing' || journal.phase === 'staging' ? 'restore-leftovers' : 'restore-not-switched';
  return replaceError(code, { folder, work, reason: reasonOf(error) }, error);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
