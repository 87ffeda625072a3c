import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf, isAlive } from './process-identity.js';
import { parseStoredNote, type StoredNote, type Work } from './stored-note.js';

/** A note on work under way. */
export interface WorkNote {
  readonly work: Work;
  /** Says more about the work. */
  change(work: Work): Promise<void>;
  /** The work is done, or undone. */
  remove(): Promise<void>;
  /** The work could not be undone: that is left to a sweep. */
  giveUp(): void;
}

/** The notes of one location on its work in one bucket, in the provider's state folder. */
export interface WorkNotes {
  add(work: Work): Promise<WorkNote>;
  all(): Promise<NotesFound>;
}

/** What the notes tell. */
interface NotesFound {
  /** Those that were given up, or whose process is dead. */
  readonly leftOver: readonly WorkNote[];
  /** The ids of uploads that are or may be under way. */
  readonly inUse: ReadonlySet<string>;
}

/** How old a note has to be before it counts as left over where nobody can tell whether its process lives, milliseconds. */
const silenceMs = 24 * 60 * 60 * 1000;

/** The notes that this process still works by: a location may be opened more than once in it. */
const active = new Set<string>();

/** `place` names the bucket and what of it is used: elsewhere, the same upload would be another one. */
export function workNotes(stateFolder: string, locationId: string, place: string): WorkNotes {
  const folder = join(stateFolder, 'work', encodeURIComponent(locationId));

  function noteAt(path: string, stored: StoredNote): WorkNote {
    return {
      work: stored.work,
      change: (work) => write(path, { ...stored, work }),
      async remove() {
        await rm(path, { force: true });
        active.delete(path);
      },
      giveUp: () => active.delete(path),
    };
  }

  return {
    async add(work) {
      const path = join(folder, `${randomUUID()}.json`);
      const stored = { place, writer: identityOf(process.pid), work };
      await mkdir(folder, { recursive: true });
      active.add(path);
      try {
        await write(path, stored);
      } catch (error) {
        active.delete(path);
        throw error;
      }
      return noteAt(path, stored);
    },
    async all() {
      const leftOver: WorkNote[] = [];
      const inUse = new Set<string>();
      for (const name of await namesIn(folder)) {
        const path = join(folder, name);
        const stored = await read(path);
        if (stored?.place !== place) continue;
        if (await isLeftOver(path, stored)) leftOver.push(noteAt(path, stored));
        else if (stored.work.uploadId !== undefined) inUse.add(stored.work.uploadId);
      }
      return { leftOver, inUse };
    },
  };
}

async function isLeftOver(path: string, { writer }: StoredNote): Promise<boolean> {
  if (active.has(path)) return false;
  const alive = isAlive(writer);
  // This process knows what it works at.
  if (alive === true) return writer.pid === process.pid;
  return alive === false || Date.now() - (await stat(path)).mtimeMs > silenceMs;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function read(path: string): Promise<StoredNote | undefined> {
  try {
    return parseStoredNote(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function write(path: string, stored: StoredNote): Promise<void> {
  const next = `${path}.new`;
  await writeFile(next, JSON.stringify(stored), { mode: 0o600 });
  await rename(next, path);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
