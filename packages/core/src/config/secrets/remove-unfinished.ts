import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const unfinished = /^secrets(\.encrypted)?\.json\.[0-9a-f]{12}\.tmp$/;

/** Removes what a process left that was killed while it wrote secrets. Only for who holds the lock: it may be another one's work. */
export async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (unfinished.test(name)) await rm(join(dataDir, name), { force: true });
  }
}
