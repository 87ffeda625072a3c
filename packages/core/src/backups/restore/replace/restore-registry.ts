import { join } from 'node:path';
import { inTurn, readDataFile, writeDataFile } from '../../../config/data-file.js';

/** Which work folders restores of a data directory have made: so that what is kept is found without being told where. */
export interface RestoreRegistry {
  list(): Promise<readonly string[]>;
  add(work: string): Promise<void>;
  remove(work: string): Promise<void>;
}

const format = 1;

/** In `restores.json` of the data directory. A note may outlive its folder, which the next look removes. */
export function openRestoreRegistry(dataDir: string): RestoreRegistry {
  const file = join(dataDir, 'restores.json');
  const list = async () =>
    (await readDataFile(file, format, ({ works }) => {
      if (!Array.isArray(works)) throw new Error('works is not a list');
      return works.filter((work): work is string => typeof work === 'string');
    })) ?? [];
  const change = inTurn(file, async (apply: (works: readonly string[]) => readonly string[]) => {
    await writeDataFile(file, { version: format, works: apply(await list()) });
  });
  return {
    list,
    add: (work) => change((works) => [...works.filter((other) => other !== work), work]),
    async remove(work) {
      if ((await list()).includes(work)) await change((works) => works.filter((other) => other !== work));
    },
  };
}
