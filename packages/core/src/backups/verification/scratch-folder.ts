import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../base/process-lock.js';

const prefix = 'holdfast-drill-';

/** A folder below the temporary directory, for its owner's eyes only, that is gone with all in it when it is disposed of. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
}

/** Also removes what drills left whose process died: it is in the clear. */
export async function makeScratchFolder(): Promise<ScratchFolder> {
  const folder = tmpdir();
  await removeAbandoned(folder);
  const path = await mkdtemp(join(folder, `${prefix}${process.pid}-`));
  return { path, [Symbol.asyncDispose]: () => remove(path) };
}

async function removeAbandoned(folder: string): Promise<void> {
  const uid = process.getuid?.();
  for (const name of await readdir(folder)) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    const path = join(folder, name);
    // Somebody else's is somebody else's business.
    const owner = await stat(path).catch(() => undefined);
    if (owner?.isDirectory() === true && owner.uid === (uid ?? owner.uid)) await remove(path).catch(() => {});
  }
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}
