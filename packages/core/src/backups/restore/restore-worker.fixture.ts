import { pathToFileURL } from 'node:url';
import { bundledModule } from '../../base/bundled-module.fixture.js';
import type { RestorePlan } from './restore-backup.js';
import { openRestoreThread } from './restore-thread.js';

let tried = false;

/** Has everything restored by a thread, however small it is, and what it can by one more after the first file. */
export async function inThread(): Promise<NonNullable<RestorePlan['thread']>> {
  const module = pathToFileURL(await bundledModule(new URL('./restore-worker.ts', import.meta.url)));
  if (!tried) {
    // A restore does without a thread that can't be started, and nobody would notice.
    await using thread = await openRestoreThread({ module });
    if (thread === undefined) throw new Error('The thread that restores can not be started.');
    tried = true;
  }
  const writing = pathToFileURL(await bundledModule(new URL('./write-behind/write-behind-worker.ts', import.meta.url)));
  return { from: 0, module, behind: { sample: 1, module: writing } };
}
