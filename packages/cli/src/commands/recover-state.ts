import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How far a recovery has come, in `recover.json` of the data directory: a second run goes on from there. Holds no secret. */
export interface RecoverState {
  /** Whether the data directory was made for this recovery, and so may be removed with it. */
  readonly made: boolean;
  /** The id of the location. */
  readonly location?: string;
  /** The id of the backup. */
  readonly backup?: string;
}

const fileName = 'recover.json';
const format = 1;

/** `undefined` if no recovery is under way. A note that can't be read counts as none: only questions are asked again. */
export async function readRecoverState(dataDir: string): Promise<RecoverState | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(dataDir, fileName), 'utf8'));
    return isState(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export async function writeRecoverState(dataDir: string, state: RecoverState): Promise<void> {
  const path = join(dataDir, fileName);
  await writeFile(`${path}.new`, `${JSON.stringify({ version: format, ...state }, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The recovery is over: the data directory stays as any other. */
export async function forgetRecoverState(dataDir: string): Promise<void> {
  await rm(join(dataDir, fileName), { force: true });
}

/** Whether a data directory that is made now holds nothing that somebody else has put there. */
export async function isUnused(dataDir: string): Promise<boolean> {
  return !existsSync(dataDir) || (await readdir(dataDir)).length === 0;
}

function isState(value: unknown): value is RecoverState {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== format) return false;
  const texts = ['location' in value ? value.location : undefined, 'backup' in value ? value.backup : undefined];
  return 'made' in value && typeof value.made === 'boolean' && texts.every((text) => text === undefined || typeof text === 'string');
}
