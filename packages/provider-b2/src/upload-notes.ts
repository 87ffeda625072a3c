import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ProviderLogger } from '@holdfast/core/provider-api';
import { isFields, numberOf, textOf } from './client/json-fields.js';

/** What was going to be stored where, written down before the first byte goes out: so the next run knows what it may tidy up. */
export interface UploadNote {
  /** Marks all that this upload makes in the bucket. */
  readonly upload: string;
  /** The file's name in the bucket. */
  readonly name: string;
  /** What is to be done when nobody is at it any more. */
  readonly remains: 'undo' | 'tidy';
}

/** The notes of one location. They are a help: where they can't be written, a day's age decides what is left over. */
export interface UploadNotes {
  /** Notes an upload that begins now. */
  begin(name: string): Promise<UploadNote>;
  /** Nothing of it is left to do. */
  end(note: UploadNote): Promise<void>;
  /** Something is left to do, and the next sweep shall do it: `undo` all that it made, or only `tidy` up behind it. */
  leave(note: UploadNote, remains: UploadNote['remains']): Promise<void>;
  /** True while this process is at it, or another one may be. */
  isUnderWay(upload: string): boolean;
  /** The notes of uploads that nobody is at any more. */
  leftOver(): Promise<readonly UploadNote[]>;
}

/** Tells this process from all others, also from one of the same number in a container that was started again. */
const run = randomUUID();
/** The uploads that this process is at, whichever opened location they belong to. */
const underWay = new Set<string>();
/** Milliseconds. */
const signOfLife = 60_000;
/** A process that gave no sign of life for so long is dead, whatever its number says. */
const silence = 10 * signOfLife;

export function openUploadNotes(stateFolder: string, locationId: string, log: ProviderLogger): UploadNotes {
  const folder = join(stateFolder, 'uploads', encodeURIComponent(locationId));
  const pathOf = (upload: string) => join(folder, `${upload}.json`);
  const own = new Set<string>();
  const others = new Set<string>();
  let signs: NodeJS.Timeout | undefined;

  function giveSigns(): void {
    signs ??= setInterval(() => {
      const now = new Date();
      for (const upload of own) utimes(pathOf(upload), now, now).catch(() => {});
    }, signOfLife).unref();
  }

  function forget(upload: string): void {
    underWay.delete(upload);
    own.delete(upload);
    if (own.size > 0) return;
    clearInterval(signs);
    signs = undefined;
  }

  async function write(note: UploadNote): Promise<void> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const writer = { run, pid: process.pid, machine: hostname() };
      await writeFile(pathOf(note.upload), JSON.stringify({ ...note, ...writer }), { mode: 0o600 });
    } catch (error) {
      log.warn(`An upload could not be noted: ${String(error)}`);
    }
  }

  /** The note in a file, if nobody is at its upload any more. */
  async function readLeftOver(file: string): Promise<readonly UploadNote[]> {
    const path = join(folder, file);
    const note = await readNote(path);
    if (note === undefined) {
      // Cut off while it was written, or another program's.
      if (await isSilent(path)) await rm(path, { force: true });
      return [];
    }
    if (underWay.has(note.upload)) return [];
    if (note.run === run || isDead(note) || (await isSilent(path))) return [note];
    others.add(note.upload);
    return [];
  }

  return {
    async begin(name) {
      const note = { upload: randomUUID(), name, remains: 'tidy' as const };
      underWay.add(note.upload);
      own.add(note.upload);
      giveSigns();
      await write(note);
      return note;
    },
    async end({ upload }) {
      forget(upload);
      await rm(pathOf(upload), { force: true }).catch((error: unknown) => log.warn(`A note of an upload stays: ${String(error)}`));
    },
    async leave(note, remains) {
      await write({ ...note, remains });
      forget(note.upload);
    },
    isUnderWay: (upload) => underWay.has(upload) || others.has(upload),
    async leftOver() {
      others.clear();
      const files = await readdir(folder).catch(() => []);
      return (await Promise.all(files.filter((file) => file.endsWith('.json')).map(readLeftOver))).flat();
    },
  };
}

interface WrittenNote extends UploadNote {
  readonly run: string;
  readonly pid: number;
  readonly machine: string;
}

/** Undefined if it can't be read, such as one that is just being written. */
async function readNote(path: string): Promise<WrittenNote | undefined> {
  try {
    const fields: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!isFields(fields)) return undefined;
    const [upload, name, run] = [textOf(fields, 'upload'), textOf(fields, 'name'), textOf(fields, 'run')];
    if (upload === undefined || name === undefined || run === undefined) return undefined;
    const [pid, machine] = [numberOf(fields, 'pid') ?? 0, textOf(fields, 'machine') ?? ''];
    return { upload, name, remains: textOf(fields, 'remains') === 'undo' ? 'undo' : 'tidy', run, pid, machine };
  } catch {
    return undefined;
  }
}

function isDead({ pid, machine }: WrittenNote): boolean {
  // This process has that number now, or none has.
  return machine === hostname() && (pid === process.pid || !isThere(pid));
}

async function isSilent(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > silence;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
