import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallOptions, ProviderError } from '@holdfast/core/provider-api';
import { throwIfCancelled } from './cancellation.js';
import { requireMarker } from './marker.js';
import { newTemporaryName } from './own-files.js';
import type { LocationFolder } from './location-folder.js';
import { syncFile, syncFolder } from './sync.js';
import { writeAll } from './write-pieces.js';

/** Takes a small hidden file through all that an object goes through: written, renamed, listed, read back, deleted. */
export async function checkFolder(at: LocationFolder, { signal }: CallOptions): Promise<void> {
  await requireMarker(at);
  const content = randomBytes(4096);
  const name = newTemporaryName('check', at.locationId);
  const path = join(at.root, name);
  const written = join(at.root, newTemporaryName('check', at.locationId));
  try {
    await writeFile(written, content);
    throwIfCancelled(signal);
    await rename(written, path);
    await syncFolder(at.root);
    throwIfCancelled(signal);
    if (!(await readdir(at.root)).includes(name)) throw doesNotHold(at, 'a file that was just written is not listed');
    if (!content.equals(await readFile(path))) throw doesNotHold(at, 'what is read is not what was written');
    await rm(path);
  } catch (error) {
    await rm(written, { force: true }).catch(() => {});
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
}

async function writeFile(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await writeAll(file, content, 0);
    await syncFile(file);
  } finally {
    await file.close();
  }
}

function doesNotHold(at: LocationFolder, reason: string): ProviderError {
  return new ProviderError('corrupt', `The folder ${JSON.stringify(at.root)} does not keep files: ${reason}.`);
}
