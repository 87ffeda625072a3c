import { appendFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileIfThere, writeFileAtomically } from '../../base/atomic-file.js';
import { inTurn } from '../../config/data-file.js';
import { isJsonObject } from '../../providers/schema-problem.js';
import type { DropReason } from './plan-retention.js';
import { parseDropReason } from './parse-drop-reason.js';

/** A copy that was deleted by itself, and why. */
export interface RetentionLogEntry {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly location: { readonly id: string; readonly title: string };
  /** Of the backup. */
  readonly id: string;
  readonly name: string;
  /** When the backup was made, ISO 8601. */
  readonly date: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** The id of the job that made it. */
  readonly job?: string;
  readonly leftOutBy: readonly DropReason[];
  /** The code of the error, where it could not be deleted. */
  readonly error?: string;
}

/** What retention deleted, in `retention-log.jsonl`, the latest {@link mostBytes} or so. */
export interface RetentionLog {
  /** To be written before the deletion, so that none goes unnoted when the process dies; what comes to nothing is written again, with the error. */
  add(entry: RetentionLogEntry): Promise<void>;
  /** The latest first, each copy once. A line that can't be read is left out. */
  list(limit?: number): Promise<readonly RetentionLogEntry[]>;
}

const mostBytes = 2_000_000;

export function openRetentionLog(dataDir: string): RetentionLog {
  const file = join(dataDir, 'retention-log.jsonl');
  const read = async () => (await readFileIfThere(file)) ?? '';
  return {
    add: inTurn(file, async (entry: RetentionLogEntry) => {
      const { size } = await stat(file).catch(() => ({ size: 0 }));
      if (size > mostBytes) await writeFileAtomically(file, laterHalf(await read()));
      // The line before may have been cut off by a crash: it ends here at the latest.
      const text = size > 0 && !(await read()).endsWith('\n') ? '\n' : '';
      await appendFile(file, `${text}${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true });
    }),
    async list(limit) {
      const latest = new Map<string, RetentionLogEntry>();
      for (const line of (await read()).split('\n')) {
        const entry = parseLine(line);
        if (entry === undefined) continue;
        const copy = `${entry.location.id} ${entry.key}`;
        latest.delete(copy);
        latest.set(copy, entry);
      }
      return [...latest.values()].reverse().slice(0, limit);
    },
  };
}

function laterHalf(text: string): string {
  const middle = text.indexOf('\n', text.length / 2);
  return text.slice(middle + 1);
}

function parseLine(line: string): RetentionLogEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isJsonObject(value) || !isJsonObject(value['location'])) return undefined;
    const { at, id, name, date, key, size, job, leftOutBy, error } = value;
    const { id: locationId, title } = value['location'];
    if (![at, id, name, date, key, locationId, title].every((text) => typeof text === 'string') || typeof size !== 'number')
      return undefined;
    return {
      at: String(at),
      location: { id: String(locationId), title: String(title) },
      id: String(id),
      name: String(name),
      date: String(date),
      key: String(key),
      size,
      ...(typeof job === 'string' && { job }),
      leftOutBy: Array.isArray(leftOutBy) ? leftOutBy.flatMap((reason) => parseDropReason(reason) ?? []) : [],
      ...(typeof error === 'string' && { error }),
    };
  } catch {
    return undefined;
  }
}
