import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePrivateFolder, writeFileAtomically } from '../base/atomic-file.js';
import { namesIn } from '../base/names-in.js';

/** Something begun at locations that must not be left half-done. In either case what it leaves is removed. */
interface JournalEntry {
  readonly operation: 'create' | 'delete';
  /** The backup's key at the locations. */
  readonly key: string;
  /** Ids of the locations where it is not settled. */
  readonly locations: readonly string[];
  /** Keys of what lies beside it, other than Holdfast's own sidecar and index. */
  readonly beside?: readonly string[];
}

export interface PendingEntry {
  readonly entry: JournalEntry;
  /** Leaves it to the locations that are still unsettled; forgets it when there are none. */
  settle(unsettled: readonly string[]): Promise<void>;
}

export interface Journal {
  /** Writes down, durably, what is about to begin. */
  begin(entry: JournalEntry): Promise<PendingEntry>;
  pending(): Promise<PendingEntry[]>;
}

/**
 * What was begun and not ended, one small file each. A file without a sidecar may be one that its owner copied
 * there, so only what is written here is ever removed as a leftover.
 */
export function openJournal(folder: string): Journal {
  const pendingAt = (path: string, entry: JournalEntry): PendingEntry => ({
    entry,
    async settle(unsettled) {
      if (unsettled.length === 0) await rm(path, { force: true });
      else await writeFileAtomically(path, JSON.stringify({ ...entry, locations: unsettled }));
    },
  });
  return {
    async begin(entry) {
      await ensurePrivateFolder(folder);
      const path = join(folder, `${randomBytes(8).toString('hex')}.json`);
      await writeFileAtomically(path, JSON.stringify(entry));
      return pendingAt(path, entry);
    },
    async pending() {
      const pending: PendingEntry[] = [];
      for (const name of await namesIn(folder)) {
        const path = join(folder, name);
        if (!name.endsWith('.json')) await rm(path, { force: true });
        else {
          const entry = parseEntry(await readFile(path, 'utf8'));
          if (entry !== undefined) pending.push(pendingAt(path, entry));
        }
      }
      return pending;
    },
  };
}

function parseEntry(text: string): JournalEntry | undefined {
  try {
    const { operation, key, locations, beside } = JSON.parse(text) as Record<string, unknown>;
    if ((operation !== 'create' && operation !== 'delete') || typeof key !== 'string' || !Array.isArray(locations)) return undefined;
    return {
      operation,
      key,
      locations: locations.filter((id) => typeof id === 'string'),
      ...(Array.isArray(beside) ? { beside: beside.filter((name) => typeof name === 'string') } : {}),
    };
  } catch {
    return undefined;
  }
}
