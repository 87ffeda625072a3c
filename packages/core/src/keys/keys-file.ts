import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { chmod, link, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { monotonic } from '../base/monotonic.js';
import { isErrno, syncFolder, writeFileAtomically } from '../base/atomic-file.js';
import { acquireLock } from '../base/process-lock.js';
import { createFile } from './create-file.js';
import { keyError } from './errors.js';
import { encodeKeys, type KeptKey, parseKeys } from './kept-key.js';

const patienceMilliseconds = 10_000;

/** `keys.json`, the one place where a data directory's keys are: replaced as a whole, so that at any moment it holds all of them. */
export interface KeysFile {
  readonly path: string;
  /** The keys as they are in the file now; `undefined` if nothing changed since the last call, or if the file is gone. */
  readIfChanged(): readonly KeptKey[] | undefined;
  isThere(): boolean;
  /**
   * Lets one change happen at a time, in this process and all others. `make` gets the keys of now; what it returns is in the file, safe
   * from a power cut, when this ends. @throws `keys-busy`, `keys-file-damaged`
   */
  change(make: (keys: readonly KeptKey[]) => Promise<readonly KeptKey[]>): Promise<readonly KeptKey[]>;
}

export function keysFile(dataDir: string): KeysFile {
  const path = join(dataDir, 'keys.json');
  let seen: string | undefined;
  const read = (): readonly KeptKey[] | undefined => {
    seen = stampOf(path);
    const text = readText(path);
    return text === undefined ? undefined : parseKeys(text, path);
  };
  return {
    path,
    readIfChanged() {
      const now = stampOf(path);
      return now === undefined || now === seen ? undefined : read();
    },
    isThere: () => stampOf(path) !== undefined,
    async change(make) {
      await using _lock = await lockPatiently(`${path}.lock`);
      await removeUnfinished(path);
      const before = read();
      const after = await make(before ?? []);
      if (after === before) return after;
      if (before === undefined) await createWhole(path, encodeKeys(after));
      else await writeFileAtomically(path, encodeKeys(after), 0o600);
      seen = stampOf(path);
      return after;
    },
  };
}

/** Puts right a file that others could read. @returns what to say about it */
export async function closeToOthers(path: string): Promise<string[]> {
  if (process.platform === 'win32' || !(await isOpenToOthers(path))) return [];
  // Fails where this user does not own the file, and does nothing where the file system has no modes.
  await chmod(path, 0o600).catch(() => {});
  return (await isOpenToOthers(path))
    ? [
        `${path} can be read by other users of this machine, and that can't be changed here. Move the data directory to where its owner can close it.`,
      ]
    : [`${path} could be read by other users of this machine; that was put right.`];
}

async function isOpenToOthers(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o077) !== 0;
}

/** Which content a file has, without reading it: each change gives it another inode. */
function stampOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined;
    const reason = isErrno(cause, 'EACCES', 'EPERM') ? 'it belongs to another user' : 'it can not be read';
    throw keyError('keys-file-damaged', { path, reason }, cause);
  }
}

/** What a process that died left of a change holds keys, perhaps one that was to be forgotten. Only under the lock: another's is in use. */
async function removeUnfinished(path: string): Promise<void> {
  const folder = dirname(path);
  const unfinished = new RegExp(`^${basename(path).replace('.', '\\.')}\\.[0-9a-f]{12}\\.(tmp|new)$`);
  for (const name of await readdir(folder)) if (unfinished.test(name)) await rm(join(folder, name), { force: true });
}

/** The first one appears complete, and never over another: that might be the only place of a key. */
async function createWhole(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  await createFile(temporary, content);
  try {
    await link(temporary, path);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw keyError('key-exists');
    // Not every file system has hard links (exFAT, some shares): there it is at least not written over another.
    if (!(await createFile(path, content))) throw keyError('key-exists');
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
}

async function lockPatiently(path: string): Promise<AsyncDisposable> {
  for (const began = monotonic(); monotonic() - began < patienceMilliseconds; ) {
    const result = await acquireLock(path, 'changing the encryption keys');
    if (result.state === 'held') return result.lock;
    await setTimeout(20);
  }
  throw keyError('keys-busy', { path });
}
