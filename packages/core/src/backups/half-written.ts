import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../base/atomic-file.js';

/** What was not touched for so long is nobody's any more, milliseconds: others write such a file in an instant. */
const silence = 60_000;

/** Files on their way to a name (see base/atomic-file.ts), locks that were being made or taken over (base/process-lock.ts), and spool files. */
const halfWritten = /\.[0-9a-f]{12}(?:\.tmp|\.new)?$|^spool-[0-9a-f]{16}$/;

/** They have owners that clear up themselves. */
const others = new Set(['providers', 'provider-state', 'logs', 'journal']);

/** Removes what a process left in the data directory that died while it wrote: nobody else would, and it may be a part of a secret file. */
export async function removeHalfWritten(dataDir: string): Promise<void> {
  const entries = await readdir(dataDir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !others.has(entry.name)).map(({ name }) => name);
  for (const folder of ['', ...folders]) await removeIn(join(dataDir, folder));
}

async function removeIn(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((each) => halfWritten.test(each))) {
    const path = join(folder, name);
    try {
      if (Date.now() - (await stat(path)).mtimeMs > silence) await rm(path, { force: true });
    } catch (error) {
      // Gone meanwhile, or still open on Windows: then it is somebody's.
      if (!isErrno(error, 'ENOENT', 'EPERM', 'EBUSY', 'EACCES')) throw error;
    }
  }
}
