import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileIfThere, writeFileAtomically } from '../../../base/atomic-file.js';
import { isJsonObject, type JsonObject } from '../../../providers/schema-problem.js';
import { replaceError } from './errors.js';

/**
 * How far a restore over existing data has come. Each is written down before anything of it is done, and can be done again from its start after the
 * process died in the middle:
 * `staging`: the new state is being written beside the old one, which is untouched;
 * `moving-out`: the old state is moved aside; `moving-in`: the new one takes its place;
 * `switched`: the new state is in place, the former one is kept;
 * `undo-out`, `undo-in`: the same the other way round;
 * `removing`: what is no longer needed is being deleted.
 */
export type ReplacePhase = (typeof phases)[number];

const phases = ['staging', 'moving-out', 'moving-in', 'switched', 'undo-out', 'undo-in', 'removing'] as const;

/** A folder that a restore replaces. All paths are absolute. */
export interface ReplacedFolder {
  /** The name of the source that goes there. */
  readonly source: string;
  readonly target: string;
  /** Holds `new`, `former` and the journal: beside the target or, where only what is in the target can be moved, in it. */
  readonly work: string;
  readonly mode: 'whole' | 'entries';
  /** Whether there was a folder. */
  readonly existed: boolean;
}

/** What is noted about a restore over existing data, in the work folder of the first of its folders. */
export interface ReplaceJournal {
  readonly id: string;
  /** Of the backup: its id, or the path of its file. */
  readonly backup: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly switchedAt?: string;
  readonly phase: ReplacePhase;
  readonly folders: readonly ReplacedFolder[];
}

const format = 1;
const fileName = 'journal.json';

export function journalPath(work: string): string {
  return join(work, fileName);
}

export async function writeJournal(journal: ReplaceJournal): Promise<void> {
  await writeFileAtomically(journalPath(leaderOf(journal).work), `${JSON.stringify({ version: format, ...journal }, undefined, 2)}\n`);
}

/** Leaves word in a work folder where the journal of its restore is. */
export async function pointToJournal(work: string, leader: string): Promise<void> {
  await writeFileAtomically(journalPath(work), `${JSON.stringify({ version: format, leader }, undefined, 2)}\n`);
}

export async function removeJournal(work: string): Promise<void> {
  await rm(journalPath(work), { force: true });
}

/** The folder whose work folder holds the journal. */
export function leaderOf({ folders }: Pick<ReplaceJournal, 'folders'>): ReplacedFolder {
  const [leader] = folders;
  if (leader === undefined) throw new TypeError('a restore replaces at least one folder');
  return leader;
}

/** The journal that a work folder holds or points to; `undefined` if nothing was noted. Error: `restore-journal-damaged`. */
export async function readJournal(work: string): Promise<ReplaceJournal | undefined> {
  const noted = await readNote(journalPath(work));
  if (noted === undefined || !('leader' in noted)) return noted;
  const journal = await readNote(journalPath(noted.leader));
  // The leader is removed last, so a folder that points to nothing has nothing left to be done.
  return journal === undefined || 'leader' in journal ? undefined : journal;
}

async function readNote(path: string): Promise<ReplaceJournal | { readonly leader: string } | undefined> {
  const text = await readFileIfThere(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) throw new Error('it does not hold an object');
    if (value['version'] !== format) throw new Error('it was written by another version of Holdfast');
    return value['leader'] === undefined ? parseJournal(value) : { leader: textIn(value['leader'], 'leader') };
  } catch (error) {
    throw replaceError('restore-journal-damaged', { path, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

function parseJournal(value: JsonObject): ReplaceJournal {
  const { folders, switchedAt } = value;
  const phase = phases.find((known) => known === value['phase']);
  if (phase === undefined) throw new Error('phase is not known');
  if (!Array.isArray(folders) || folders.length === 0) throw new Error('folders is not a list');
  return {
    id: textIn(value['id'], 'id'),
    backup: textIn(value['backup'], 'backup'),
    startedAt: textIn(value['startedAt'], 'startedAt'),
    ...(switchedAt === undefined ? {} : { switchedAt: textIn(switchedAt, 'switchedAt') }),
    phase,
    folders: folders.map(parseFolder),
  };
}

function parseFolder(value: unknown): ReplacedFolder {
  if (!isJsonObject(value)) throw new Error('a folder is not an object');
  const { mode, existed } = value;
  if (mode !== 'whole' && mode !== 'entries') throw new Error('mode is not known');
  const [source, target, work] = [textIn(value['source'], 'source'), textIn(value['target'], 'target'), textIn(value['work'], 'work')];
  return { source, target, work, mode, existed: existed === true };
}

function textIn(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${name} is not a text`);
}
