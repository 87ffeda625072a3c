import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ensurePrivateFolder } from '../../base/atomic-file.js';
import { namesIn } from '../../base/names-in.js';
import { acquireLock } from '../../base/process-lock.js';
import type { ProviderFolders } from './provider-folders.js';

/**
 * Tells other processes that this one runs a package's code from that folder: until it is disposed of, or the process ends,
 * no change of the installed packages removes it. Commands that only read run beside those that change.
 */
export async function noteUse({ root, inUse }: ProviderFolders, packageFolder: string): Promise<AsyncDisposable> {
  await ensurePrivateFolder(inUse);
  const [realRoot, realFolder] = await Promise.all([realpath(root), realpath(packageFolder)]);
  const taken = await acquireLock(join(inUse, randomBytes(8).toString('hex')), relative(realRoot, realFolder));
  return taken.state === 'held' ? taken.lock : { async [Symbol.asyncDispose]() {} };
}

/** The package folders that living processes run code from, relative to the folder of all. The notes of dead ones are removed. */
export async function foldersInUse({ inUse }: ProviderFolders): Promise<readonly string[]> {
  const used: string[] = [];
  for (const name of (await namesIn(inUse)).filter((file) => /^[0-9a-f]{16}$/.test(file))) {
    const taken = await acquireLock(join(inUse, name), 'looking who is left');
    if (taken.state === 'held') await taken.lock[Symbol.asyncDispose]();
    else if (taken.holder !== undefined) used.push(taken.holder.purpose);
  }
  return used;
}
