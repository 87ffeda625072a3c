import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialiseDataDir } from '@holdfast/core';

/** A host's data directory, which goes when it is disposed of. */
export interface DataDirectory extends AsyncDisposable {
  readonly dataDir: string;
}

/** The files of a new data directory, by name. */
type Files = ReadonlyMap<string, Buffer>;

let pattern: Promise<Files> | undefined;

/** A new data directory. Making a key takes its time on purpose, so all are copies of one: no check stores anything with it. */
export async function newDataDirectory(): Promise<DataDirectory> {
  const files = await (pattern ??= makePattern());
  const made = await emptyDirectory();
  try {
    for (const [name, bytes] of files) await writeFile(join(made.dataDir, name), bytes, { mode: 0o600 });
    return made;
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
}

async function makePattern(): Promise<Files> {
  await using made = await emptyDirectory();
  const { dataDir } = made;
  await initialiseDataDir(dataDir);
  const names = await readdir(dataDir);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(dataDir, name))] as const)));
}

async function emptyDirectory(): Promise<DataDirectory> {
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-kit-')));
  return { dataDir, [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }) };
}
