import { join } from 'node:path';
import { isHoldfastError } from '../../base/errors.js';
import { inTurn, readDataFile, writeDataFile } from '../../config/data-file.js';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import { parseVerifiedCopy, type Verification, type VerifiedCopy, withVerification } from './verified-copy.js';

/** A scheduled look at the copies, as it ended. */
export interface VerificationRun {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Of each copy, from 0 to 1. */
  readonly share: number;
  /** How many copies were looked at, and how many of them were not right. */
  readonly copies: number;
  readonly failed: number;
  /** Those that could not be read now. */
  readonly unreachable: number;
  /** Bytes that were read. */
  readonly bytes: number;
}

/**
 * When which copy was last found right, in `verified-log.json`: notes, without which copies are simply looked at again. Read anew at each call, since several
 * processes share it.
 */
export interface VerifiedLog {
  record(...looks: readonly Verification[]): Promise<void>;
  of(key: string, location: string): Promise<VerifiedCopy | undefined>;
  /** For who asks about many. */
  all(): Promise<VerifiedCopies>;
  /** Forgets what is known of a copy, which is gone. */
  removed(key: string, location: string): Promise<void>;
  /** Forgets the copies of a location that are not among these keys. */
  keepOnly(location: string, keys: ReadonlySet<string>): Promise<void>;
  lastRun(): Promise<VerificationRun | undefined>;
  ran(run: VerificationRun): Promise<void>;
}

interface VerifiedCopies {
  of(key: string, location: string): VerifiedCopy | undefined;
}

interface Log {
  readonly copies: readonly VerifiedCopy[];
  readonly lastRun?: VerificationRun;
}

const format = 1;
/** Of a copy of which more is known than that it once was, some 250 bytes. */
const mostCopies = 20_000;

export function openVerifiedLog(dataDir: string): VerifiedLog {
  const file = join(dataDir, 'verified-log.json');
  const readStrictly = async (): Promise<Log> => (await readDataFile(file, format, parseLog)) ?? { copies: [] };
  const read = async (): Promise<Log> => {
    try {
      return await readStrictly();
    } catch (error) {
      if (isHoldfastError(error)) return { copies: [] };
      throw error;
    }
  };
  const change = inTurn(file, async (make: (log: Log) => Log) => {
    const log = await readStrictly().catch((error: unknown): Log => {
      // Damaged notes are begun anew; those of a newer version are not overwritten.
      if (isHoldfastError(error, 'config-damaged')) return { copies: [] };
      throw error;
    });
    const changed = make(log);
    if (changed !== log) await writeDataFile(file, { version: format, ...changed });
  });
  const remove = async (isGone: (copy: VerifiedCopy) => boolean) => {
    // Most of the time nothing is gone, and nothing has to be locked or written.
    if (!(await read()).copies.some(isGone)) return;
    await change((log) => ({ ...log, copies: log.copies.filter((copy) => !isGone(copy)) }));
  };
  return {
    async record(...looks) {
      if (looks.length > 0) await change((log) => ({ ...log, copies: recorded(log.copies, looks) }));
    },
    of: async (key, location) => (await read()).copies.find((copy) => copy.key === key && copy.location === location),
    async all() {
      const copies = new Map((await read()).copies.map((copy) => [nameOf(copy), copy]));
      return { of: (key, location) => copies.get(nameOf({ key, location })) };
    },
    removed: (key, location) => remove((copy) => copy.key === key && copy.location === location),
    keepOnly: (location, keys) => remove((copy) => copy.location === location && !keys.has(copy.key)),
    lastRun: async () => (await read()).lastRun,
    ran: (run) => change((log) => ({ ...log, lastRun: run })),
  };
}

/** Those that were looked at last come last: of too many, the first are forgotten. */
function recorded(before: readonly VerifiedCopy[], looks: readonly Verification[]): VerifiedCopy[] {
  const copies = new Map(before.map((copy) => [nameOf(copy), copy]));
  for (const look of looks) {
    const name = nameOf(look);
    const known = copies.get(name);
    copies.delete(name);
    copies.set(name, withVerification(known, look));
  }
  return [...copies.values()].slice(-mostCopies);
}

function nameOf({ key, location }: Pick<VerifiedCopy, 'key' | 'location'>): string {
  return `${location} ${key}`;
}

function parseLog({ copies, lastRun }: JsonObject): Log {
  if (!Array.isArray(copies)) throw new Error('copies is not a list');
  const run = parseRun(lastRun);
  return { copies: copies.flatMap((copy) => parseVerifiedCopy(copy) ?? []), ...(run && { lastRun: run }) };
}

function parseRun(value: unknown): VerificationRun | undefined {
  if (!isJsonObject(value)) return undefined;
  const { at, share, copies, failed, unreachable, bytes } = value;
  const numbers = {
    share: Number(share),
    copies: Number(copies),
    failed: Number(failed),
    unreachable: Number(unreachable),
    bytes: Number(bytes),
  };
  return typeof at === 'string' && Object.values(numbers).every(Number.isFinite) ? { at, ...numbers } : undefined;
}
