import { pathToFileURL } from 'node:url';
import { bundledModule } from '../../base/bundled-module.fixture.js';
import type { RestorePlan } from './restore-backup.js';

/** Has everything restored by a thread, however small it is. */
export async function inThread(): Promise<NonNullable<RestorePlan['thread']>> {
  return { from: 0, module: pathToFileURL(await bundledModule(new URL('./restore-worker.ts', import.meta.url))) };
}
