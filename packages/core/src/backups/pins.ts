import { join } from 'node:path';
import { inTurn, readDataFile, writeDataFile } from '../config/data-file.js';
import type { JsonObject } from '../providers/schema-problem.js';

/** The backups that their user wants kept, whatever retention says: by id, in `pins.json`. Read anew at each call, since several processes share it. */
export interface Pins {
  /** @throws `config-damaged`: without it nobody knows what may be deleted */
  ids(): Promise<ReadonlySet<string>>;
  add(id: string): Promise<void>;
  /** Nothing happens where there is no such pin. */
  remove(id: string): Promise<void>;
  /** Does something to a backup that isn't pinned, while nobody can pin it. @returns whether it was done */
  unlessPinned(id: string, act: () => Promise<void>): Promise<boolean>;
}

const format = 1;

export function openPins(dataDir: string): Pins {
  const file = join(dataDir, 'pins.json');
  const read = async () => (await readDataFile(file, format, parsePins)) ?? [];
  const exclusively = inTurn(file, (run: () => Promise<void>) => run());
  const change = (apply: (ids: readonly string[]) => readonly string[]) =>
    exclusively(async () => {
      const before = await read();
      const after = apply(before);
      if (after.length !== before.length) await writeDataFile(file, { version: format, backups: after });
    });
  return {
    ids: async () => new Set(await read()),
    add: (id) => change((ids) => (ids.includes(id) ? ids : [...ids, id])),
    remove: (id) => change((ids) => ids.filter((other) => other !== id)),
    async unlessPinned(id, act) {
      let acted = false;
      await exclusively(async () => {
        if ((await read()).includes(id)) return;
        await act();
        acted = true;
      });
      return acted;
    },
  };
}

function parsePins({ backups }: JsonObject): readonly string[] {
  if (!Array.isArray(backups)) throw new Error('backups is not a list');
  return backups.map((id: unknown, index) => {
    if (typeof id !== 'string') throw new Error(`backups[${index}] is not a text`);
    return id;
  });
}
