import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { displayName } from '../../../base/file-name.js';
import type { BackupIndex } from '../../browse/backup-index.js';
import type { ReadableBackup, ReadOptions } from '../../open-backup.js';
import type { RestoreResult } from '../restore-result.js';
import { checkRestored, syncTree } from './check-restored.js';
import { replaceError } from './errors.js';
import { lockWork } from './lock-work.js';
import { type GuardedPath, planFolder, refuseOverlaps } from './plan-folder.js';
import { requireSpace, requiredSpace } from './required-space.js';
import { leaderOf, pointToJournal, type ReplacedFolder, type ReplaceJournal, writeJournal } from './restore-journal.js';
import type { RestoreRegistry } from './restore-registry.js';
import { keepsFormer, settle } from './settle-restore.js';
import { settleEarlier } from './settle-earlier.js';
import { makeWorkFolder, removeWorkFolder, statePath } from './work-folder.js';

/** What replacing folders needs of whoever restores. */
export interface ReplaceServices {
  /** What must stay where it is. */
  guarded(): readonly GuardedPath[];
  /** Absent without a data directory. */
  readonly registry?: RestoreRegistry;
  now(): Date;
}

export interface ReplaceFolders {
  readonly backup: ReadableBackup;
  readonly index: BackupIndex | undefined;
  /** The folder of each source that is restored. */
  readonly folders: ReadonlyMap<string, string>;
  readonly acceptProblems: boolean;
  /** What must stay where it is beside what the services guard. */
  readonly guarded: readonly GuardedPath[];
  /** Restores each source into the folder that is named, which isn't there yet. */
  restore(folderFor: (source: string) => string): Promise<RestoreResult>;
  readonly onProgress: ReadOptions['onProgress'];
}

const shownNames = 3;

/**
 * Restores sources in place of folders: written beside them, checked, then switched. Whatever fails before the switch leaves what was there. From
 * the switch on the restore can't be cancelled, and a process that dies is taken up again by the next look.
 *
 * @throws `restore-folders-overlap`, `replace-refused`, `restore-unconfirmed`, `restore-busy`, `restore-no-space`, `restore-incomplete`,
 * `restore-differs`, and what restoring throws
 */
export async function replaceFolders(plan: ReplaceFolders, services: ReplaceServices, signal: AbortSignal): Promise<RestoreResult> {
  const { backup, index } = plan;
  const now = () => services.now();
  refuseOverlaps([...plan.folders.values()]);
  const folders: ReplacedFolder[] = [];
  for (const [source, target] of plan.folders) {
    await settleEarlier(target, now);
    folders.push(await planFolder(source, target, [...plan.guarded, ...services.guarded()]));
  }
  requireSpace(folders, await requiredSpace(backup.sidecar, index));
  const journal: ReplaceJournal = { id: randomUUID(), backup: backup.id, startedAt: now().toISOString(), phase: 'staging', folders };
  const held: Held[] = [];
  try {
    const result = await stageOrLeave(plan, journal, held, services, signal);
    const moving: ReplaceJournal = { ...journal, phase: 'moving-out' };
    await writeJournal(moving);
    const settled = await settle(moving, now);
    if (settled === undefined) await services.registry?.remove(leaderOf(journal).work);
    const former = (folder: ReplacedFolder) => (keepsFormer(folder) ? { former: statePath(folder.work, 'former') } : {});
    return { ...result, replaced: folders.map((folder) => ({ source: folder.source, folder: folder.target, ...former(folder) })) };
  } finally {
    for (const { lock } of held.reverse()) await lock[Symbol.asyncDispose]();
  }
}

interface Held {
  readonly work: string;
  readonly lock: AsyncDisposable;
}

/** What fails before the new state is whole leaves nothing but what was there. */
async function stageOrLeave(
  plan: ReplaceFolders,
  journal: ReplaceJournal,
  held: Held[],
  services: ReplaceServices,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const { work: leader } = leaderOf(journal);
  try {
    for (const { work, target } of journal.folders) {
      await makeWorkFolder(work);
      held.push({ work, lock: await lockWork(work, target) });
    }
    await services.registry?.add(leader);
    await writeJournal(journal);
    for (const { work } of journal.folders) if (work !== leader) await pointToJournal(work, leader);
    return await stage(plan, journal.folders, signal);
  } catch (error) {
    try {
      // The leader last. What can't be removed now is by the next look, as its journal says that nothing was moved.
      for (const { work } of held.toReversed()) await removeWorkFolder(work);
      await services.registry?.remove(leader);
    } catch {
      // What failed first says why.
    }
    throw error;
  }
}

/** Writes the new state and checks it. */
async function stage(plan: ReplaceFolders, folders: readonly ReplacedFolder[], signal: AbortSignal): Promise<RestoreResult> {
  const { index, onProgress } = plan;
  const stagedAt = new Map(folders.map(({ source, work }) => [source, statePath(work, 'new')]));
  const result = await plan.restore((source) => stagedAt.get(source) ?? '');
  if (result.problems.length > 0 && !plan.acceptProblems) throw incomplete(result.problems);
  const problems = new Set(result.problems.map(({ source, path }) => `${source}:${path}`));
  let checked = 0;
  let [files, bytes] = [0, 0];
  for (const [source, folder] of stagedAt) {
    // A source without an entry is an empty folder.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const indexed = index?.sources.find(({ name }) => name === source);
    if (indexed !== undefined) {
      checked += await checkRestored(folder, indexed, {
        isKnownProblem: (path) => problems.has(`${source}:${path}`),
        onFile(current, size) {
          files += 1;
          bytes += size;
          onProgress?.({ phase: 'verifying', bytes, totalBytes: result.bytes, files, current });
        },
        signal,
      });
    }
    await syncTree(folder, signal);
  }
  return { ...result, checked };
}

function incomplete(problems: RestoreResult['problems']): Error {
  const names = problems.slice(0, shownNames).map(({ source, path, message }) => `${source}:${displayName(path)} (${message})`);
  const more = problems.length - names.length;
  return replaceError('restore-incomplete', {
    count: problems.length === 1 ? 'One entry' : `${problems.length} entries`,
    names: [...names, ...(more > 0 ? [`and ${more} more`] : [])].join(', '),
  });
}
