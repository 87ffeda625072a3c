import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isHoldfastError } from '../../../base/errors.js';
import { lstatIfThere } from '../open-folders.js';
import type { ReplacedSource } from '../restore-result.js';
import { replaceError } from './errors.js';
import { namesAndKindsIn } from './folder-names.js';
import { holdRestore } from './lock-work.js';
import { leaderOf, readJournal, type ReplaceJournal } from './restore-journal.js';
import { openRestoreRegistry, type RestoreRegistry } from './restore-registry.js';
import { removeUnbegun, workFoldersOf } from './settle-earlier.js';
import { keepsFormer, settle } from './settle-restore.js';
import { isWorkName, statePath, workNameInside } from './work-folder.js';

/** A restore that replaced folders. */
export interface KeptRestore {
  /**
   * `kept`: it is in place, and the former state is kept; `confirmed`: it is in place alone; `undone`: the former state is back; `rolled-back`: it ended
   * before it was in place, and the former state was never touched; `running`: another process is at it.
   */
  readonly state: 'kept' | 'confirmed' | 'undone' | 'rolled-back' | 'running';
  /** Whether the process that began this step died, and it was brought to its end just now. */
  readonly takenUp: boolean;
  /** The backup's id, or the path of its file. */
  readonly backup: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly folders: readonly ReplacedSource[];
}

/**
 * Restores that replaced folders, and whose former state is kept. Every call first finishes or takes back what a process that died had begun.
 * A folder is named as it was for the restore: that of a source, or the one that the sources' folders are in.
 */
export interface Restores {
  /** Without a folder: all that this data directory knows of. */
  status(folder?: string): Promise<readonly KeptRestore[]>;
  /** Deletes the former state, of all folders of the restore. Errors: `no-restore`, `restore-busy`. */
  confirm(folder: string): Promise<readonly KeptRestore[]>;
  /** Puts the former state back, of all folders of the restore; the restored one is deleted. Errors: `no-restore`, `restore-busy`, `restore-in-the-way`. */
  undo(folder: string): Promise<readonly KeptRestore[]>;
}

type Ending = 'confirm' | 'undo' | undefined;

/** `dataDir`: where restores are noted; without it, folders have to be named. */
export function openRestores(now: () => Date, dataDir: string | undefined): Restores {
  return createRestores(now, dataDir === undefined ? undefined : openRestoreRegistry(dataDir));
}

function createRestores(now: () => Date, registry?: RestoreRegistry): Restores {
  async function endAll(works: readonly string[], ending: Ending): Promise<KeptRestore[]> {
    const done: KeptRestore[] = [];
    const seen = new Set<string>();
    for (const work of works) {
      const restore = await end(work, ending, seen);
      if (restore !== undefined) done.push(restore);
    }
    return done;
  }

  async function end(work: string, ending: Ending, seen: Set<string>): Promise<KeptRestore | undefined> {
    let held;
    try {
      held = await holdRestore(work, work);
    } catch (error) {
      if (ending !== undefined || !isHoldfastError(error, 'restore-busy')) throw error;
      const running = await readJournal(work);
      if (running === undefined || seen.has(running.id)) return undefined;
      seen.add(running.id);
      return { ...shown(running), state: 'running', takenUp: false };
    }
    if (held === undefined) {
      // A disk that isn't there now may come back.
      if (lstatIfThere(dirname(work)) !== undefined) await registry?.remove(work);
      return undefined;
    }
    await using inHand = held;
    const { journal } = inHand;
    if (journal === undefined) {
      await removeUnbegun(inHand.work);
      await registry?.remove(inHand.work);
      return undefined;
    }
    if (seen.has(journal.id)) return undefined;
    seen.add(journal.id);
    const settled = await settle(journal, now);
    const takenUp = journal.phase !== 'switched';
    if (settled !== undefined && ending === undefined) return { ...shown(settled), state: 'kept', takenUp };
    if (settled !== undefined) await settle({ ...settled, phase: ending === 'undo' ? 'undo-out' : 'removing' }, now);
    await registry?.remove(leaderOf(journal).work);
    const state = settled === undefined ? endOf(journal) : ending === 'undo' ? 'undone' : 'confirmed';
    const folders = journal.folders.map(({ source, target }) => ({ source, folder: target }));
    return { ...shown(journal), folders, state, takenUp: settled === undefined && takenUp };
  }

  async function endKept(folder: string, ending: Ending): Promise<readonly KeptRestore[]> {
    const done = await endAll(await worksFor(folder, registry), ending);
    if (done.length === 0) throw replaceError('no-restore', { folder: resolve(folder) });
    return done;
  }

  return {
    status: async (folder) => endAll(folder === undefined ? ((await registry?.list()) ?? []) : await worksFor(folder, registry), undefined),
    confirm: (folder) => endKept(folder, 'confirm'),
    undo: (folder) => endKept(folder, 'undo'),
  };
}

/** What became of a restore that nothing is left of. */
function endOf({ phase }: ReplaceJournal): KeptRestore['state'] {
  if (phase === 'staging') return 'rolled-back';
  // A confirmation and an undo both end with removing; which it was no longer matters to who asks afterwards.
  return phase === 'undo-out' || phase === 'undo-in' ? 'undone' : 'confirmed';
}

function shown(journal: ReplaceJournal): Pick<KeptRestore, 'backup' | 'startedAt' | 'folders'> {
  const { backup, startedAt } = journal;
  const former = (folder: ReplaceJournal['folders'][number]) => (keepsFormer(folder) ? { former: statePath(folder.work, 'former') } : {});
  return {
    backup,
    startedAt,
    folders: journal.folders.map((folder) => ({ source: folder.source, folder: folder.target, ...former(folder) })),
  };
}

function withoutLink(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/** The work folders that there may be for a folder: its own, those in it, and those that are known elsewhere. */
async function worksFor(asked: string, registry: RestoreRegistry | undefined): Promise<readonly string[]> {
  const folder = withoutLink(resolve(asked));
  const inside = lstatIfThere(folder)?.isDirectory() === true ? namesAndKindsIn(folder).filter(({ kind }) => kind === 'folder') : [];
  const works = [
    ...workFoldersOf(folder),
    ...inside.filter(({ name }) => isWorkName(name)).map(({ name }) => join(folder, name)),
    ...inside.map(({ name }) => join(folder, name, workNameInside)),
  ].filter((work) => lstatIfThere(work) !== undefined);
  for (const work of (await registry?.list()) ?? []) {
    const journal = lstatIfThere(work) === undefined ? undefined : await readJournal(work);
    if (journal?.folders.some(({ target }) => target === folder || dirname(target) === folder) === true) works.push(work);
  }
  return [...new Set(works)];
}
