import { join } from 'node:path';
import type { ClockMemory } from '../backups/issues/clock-watch.js';
import { readFileIfThere, writeFileAtomically } from '../base/atomic-file.js';
import { isJsonObject, type JsonObject } from '../providers/schema-problem.js';

/** What one check-up leaves for the next, in `check-up.json`. ISO 8601 in UTC. */
export interface CheckUpMemory {
  readonly clock?: ClockMemory;
  /** When the locations were last asked. */
  readonly locationsAt?: string;
  /** Since when locations that did not answer then have not answered, by their ids. */
  readonly away: Readonly<Record<string, string>>;
}

/** A file that is damaged counts as none: nothing is lost with it but a few hours. */
export async function readMemory(dataDir: string): Promise<CheckUpMemory> {
  try {
    const value: unknown = JSON.parse((await readFileIfThere(fileOf(dataDir))) ?? '');
    return isJsonObject(value) ? parseMemory(value) : { away: {} };
  } catch {
    return { away: {} };
  }
}

export async function writeMemory(dataDir: string, memory: CheckUpMemory): Promise<void> {
  await writeFileAtomically(fileOf(dataDir), `${JSON.stringify({ version: 1, ...memory }, undefined, 2)}\n`);
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'check-up.json');
}

function parseMemory({ clock, locationsAt, away }: JsonObject): CheckUpMemory {
  const since = Object.entries(isJsonObject(away) ? away : {}).flatMap(([id, at]) => (isDate(at) ? [[id, at] as const] : []));
  const known = parseClock(clock);
  return { ...(known && { clock: known }), ...(isDate(locationsAt) && { locationsAt }), away: Object.fromEntries(since) };
}

function parseClock(value: unknown): ClockMemory | undefined {
  if (!isJsonObject(value)) return undefined;
  const { latest, backAt } = value;
  return isDate(latest) ? { latest, ...(isDate(backAt) && { backAt }) } : undefined;
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
