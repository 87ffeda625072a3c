import { join } from 'node:path';
import { inTurn, readDataFile, writeDataFile } from '../../config/data-file.js';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import { type Box, emptyBox } from './box.js';
import { parseBox } from './parse-box.js';

/** What waits to be told, by the ids of the notifications, in `notifications.json`. It outlives the process, and several share it. */
export interface Outbox {
  read(): Promise<ReadonlyMap<string, Box>>;
  /** Changes the boxes as they are now. */
  change(apply: (boxOf: (id: string) => Box) => ReadonlyMap<string, Box>): Promise<void>;
  /** Keeps only the boxes of these. */
  keep(ids: readonly string[]): Promise<void>;
}

const format = 1;

export function openOutbox(dataDir: string): Outbox {
  const file = join(dataDir, 'notifications.json');
  const read = async () => (await readDataFile(file, format, parseBoxes)) ?? new Map<string, Box>();
  const write = (boxes: ReadonlyMap<string, Box>) => writeDataFile(file, { version: format, boxes: Object.fromEntries(boxes) });
  return {
    read,
    change: inTurn(file, async (apply: (boxOf: (id: string) => Box) => ReadonlyMap<string, Box>) => {
      const boxes = await read();
      await write(new Map([...boxes, ...apply((id) => boxes.get(id) ?? emptyBox)]));
    }),
    keep: inTurn(file, async (ids: readonly string[]) => {
      const boxes = await read();
      if ([...boxes.keys()].every((id) => ids.includes(id))) return;
      await write(new Map([...boxes].filter(([id]) => ids.includes(id))));
    }),
  };
}

function parseBoxes({ boxes }: JsonObject): ReadonlyMap<string, Box> {
  if (!isJsonObject(boxes)) throw new Error('boxes is not an object');
  return new Map(Object.entries(boxes).map(([id, box]) => [id, parseBox(box)]));
}
