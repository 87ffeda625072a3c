import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isErrno } from './atomic-file.js';

/** Who has a lock. */
export interface LockHolder {
  readonly pid: number;
  /** The machine's name. */
  readonly host: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
  /** What it does with it, for people. */
  readonly purpose: string;
}

export type LockResult =
  | { readonly state: 'held'; readonly lock: AsyncDisposable }
  | { readonly state: 'busy'; readonly holder: LockHolder | undefined };

/** What this process holds: a lock with its pid that is not among them is of an earlier process, as in a container that was started again. */
const held = new Set<string>();

const heartbeatMilliseconds = 5_000;
/** A holder on another machine (the folder may be a share) counts as dead after this silence. */
const silenceMilliseconds = 60_000;

/**
 * Takes a lock file, so that one process at a time does what it guards. A lock whose process has died is taken over at
 * once when it was on this machine, which a lock judged by its age alone can't offer.
 */
export async function acquireLock(path: string, purpose: string): Promise<LockResult> {
  const holder: LockHolder = { pid: process.pid, host: hostname(), since: new Date().toISOString(), purpose };
  const content = JSON.stringify({ ...holder, token: randomBytes(8).toString('hex') });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await createExclusively(path, content)) return { state: 'held', lock: holdLock(path, content) };
    const found = await readLock(path);
    if (found === undefined) continue;
    if (!(await isAbandoned(path, found))) return { state: 'busy', holder: found.holder };
    await removeAbandoned(path, found.content);
  }
  return { state: 'busy', holder: undefined };
}

/** Who holds a lock now; `undefined` if nobody does, or its process has died. */
export async function lockHolder(path: string): Promise<LockHolder | undefined> {
  const found = await readLock(path);
  return found === undefined || (await isAbandoned(path, found)) ? undefined : found.holder;
}

function holdLock(path: string, content: string): AsyncDisposable {
  held.add(content);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, heartbeatMilliseconds);
  heartbeat.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(heartbeat);
      held.delete(content);
      const found = await readLock(path);
      if (found?.content === content) await rm(path, { force: true });
    },
  };
}

/** Makes the lock with its content in one step: one without would be nobody's, and keep all others waiting, if its maker died in between. */
async function createExclusively(path: string, content: string): Promise<boolean> {
  const made = `${path}.${randomBytes(6).toString('hex')}.new`;
  await writeFile(made, content, { flag: 'wx', mode: 0o600 });
  try {
    await link(made, path);
    await removeUnlinked(path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    // A file system without hard links, such as exFAT.
    if (isErrno(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) return await createInTwoSteps(path, content);
    throw error;
  } finally {
    await rm(made, { force: true });
  }
}

async function createInTwoSteps(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Removes what was left by processes that died before they could link it. */
async function removeUnlinked(path: string): Promise<void> {
  const folder = dirname(path);
  const left = (await readdir(folder)).filter((name) => name.startsWith(`${basename(path)}.`) && name.endsWith('.new'));
  for (const name of left) {
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > silenceMilliseconds) await rm(join(folder, name), { force: true });
  }
}

interface FoundLock {
  readonly content: string;
  readonly holder: LockHolder | undefined;
}

async function readLock(path: string): Promise<FoundLock | undefined> {
  try {
    const content = await readFile(path, 'utf8');
    return { content, holder: parseHolder(content) };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function parseHolder(content: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, host, since, purpose } = value as Record<keyof LockHolder, unknown>;
    if (typeof pid !== 'number' || typeof host !== 'string') return undefined;
    return { pid, host, since: String(since), purpose: String(purpose) };
  } catch {
    return undefined;
  }
}

async function isAbandoned(path: string, { content, holder }: FoundLock): Promise<boolean> {
  // One without content may be one that is just being made, where that takes two steps: only its age tells.
  if (holder?.host === hostname()) return holder.pid === process.pid ? !held.has(content) : !isAlive(holder.pid);
  try {
    return Date.now() - (await stat(path)).mtimeMs > silenceMilliseconds;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return true;
    throw error;
  }
}

/** Whether a process of that number runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

/** Moves the dead lock aside first: if another process was faster and the moved file is its new lock, it is put back. */
async function removeAbandoned(path: string, content: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  const moved = await readLock(aside);
  if (moved !== undefined && moved.content !== content) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}
