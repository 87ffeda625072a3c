import { systemClock } from '../../../base/clock.js';
import type { Restores } from './kept-restores.js';

export interface RestoresOptions {
  /** Where it is noted which restores there are. Without it, folders have to be named. */
  readonly dataDir?: string;
  readonly now?: () => Date;
}

/** The restores whose former state is kept. What does it is loaded when it is used. */
export function createFolderRestores({ dataDir, now = () => systemClock.now() }: RestoresOptions = {}): Restores {
  const load = async () => {
    const { openRestores } = await import('./kept-restores.js');
    return openRestores(now, dataDir);
  };
  return {
    status: async (folder) => (await load()).status(folder),
    confirm: async (folder) => (await load()).confirm(folder),
    undo: async (folder) => (await load()).undo(folder),
  };
}
