import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readFileIfThere } from '../../base/atomic-file.js';
import type { RuntimeState, RuntimeStatus } from '../runtime-status.js';
import { isJsonObject } from '../schema-problem.js';

const states: ReadonlySet<string> = new Set<RuntimeState>([
  'idle',
  'starting',
  'running',
  'unresponsive',
  'stopping',
  'waiting',
  'stopped',
]);

/** What a host noted about a provider's process; `undefined` if there is nothing that can be understood. */
export async function readStatusFile(path: string): Promise<RuntimeStatus | undefined> {
  const text = await readFileIfThere(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isStatus(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isStatus(value: unknown): value is RuntimeStatus {
  if (!isJsonObject(value)) return false;
  const { state, crashes, package: name, version, lastError, lastLog, requests, restarts, hostPid, at } = value;
  if (typeof name !== 'string' || typeof version !== 'string' || typeof at !== 'string') return false;
  if (typeof state !== 'string' || !states.has(state)) return false;
  if (![requests, restarts, hostPid].every((number) => typeof number === 'number')) return false;
  if (!isTexts(crashes) || !(lastLog === undefined || isTexts(lastLog))) return false;
  return lastError === undefined || (isJsonObject(lastError) && isTexts([lastError['at'], lastError['code'], lastError['message']]));
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

export interface StatusFile extends AsyncDisposable {
  /** Replaces what is noted. The last of several that wait is written. */
  write(status: RuntimeStatus): void;
  /** What is noted, with all that was written before. */
  read(): Promise<RuntimeStatus | undefined>;
}

/** Notes a status for other commands and for the next host. `onError`: it could not be written, which is no reason to fail. */
export function openStatusFile(path: string, onError: (error: unknown) => void): StatusFile {
  let next: RuntimeStatus | undefined;
  let writing = makeFolder().catch(onError);

  async function makeFolder(): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  }

  async function writeNext(): Promise<void> {
    if (next === undefined) return;
    const text = `${JSON.stringify(next, undefined, 2)}\n`;
    next = undefined;
    await replaceFile(path, text);
  }

  return {
    write(status) {
      next = status;
      writing = writing.then(writeNext).catch(onError);
    },
    async read() {
      await writing;
      return readStatusFile(path);
    },
    async [Symbol.asyncDispose]() {
      await writing;
    },
  };
}

/** Whole for each reader, but not synced: after a power cut no process runs anyway, and a crash more or less does not count. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
