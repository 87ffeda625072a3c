import { join } from 'node:path';
import { isHoldfastError } from '../../base/errors.js';
import { inTurn, readDataFile, writeDataFile } from '../../config/data-file.js';

/** A seal that was put at locations. */
export interface LoggedSeal {
  /** The backup's key at the locations. */
  readonly key: string;
  readonly id: string;
  readonly sequence: number;
  /** `sealDigest`. */
  readonly digest: string;
  /** Ids of the locations that have it. */
  readonly locations: readonly string[];
}

/**
 * What this host sealed and where, in `seal-log.json`: against it a seal that vanished from a location, or was replaced by an older one, is noticed. Read anew
 * at each call, since several processes share it.
 */
export interface SealLog {
  /** What the next seal is to say. Only for who holds the lock on the backups. */
  next(): Promise<{ readonly sequence: number; readonly previous: string | null }>;
  /** To be called when the sidecar lies at these locations; adds to what is known of the same seal. With none, it only takes the number. */
  record(seal: LoggedSeal): Promise<void>;
  /** Nothing is expected there any more. */
  removed(key: string, location: string): Promise<void>;
  /** What this location is to have. */
  expectedAt(location: string): Promise<readonly LoggedSeal[]>;
  /** Everything that is expected anywhere. */
  all(): Promise<readonly LoggedSeal[]>;
  /** Why the log can't be used, if so: nothing is expected then, and backups can still be read. */
  problem(): Promise<string | undefined>;
}

interface Log {
  /** Of the latest seal. */
  readonly sequence: number;
  readonly digest: string | null;
  readonly backups: readonly LoggedSeal[];
}

const empty: Log = { sequence: 0, digest: null, backups: [] };
const format = 1;

export function openSealLog(dataDir: string): SealLog {
  const file = join(dataDir, 'seal-log.json');
  const read = async () => (await readDataFile(file, format, parseLog)) ?? empty;
  /** For questions: a restore must not fail because a note about other backups is damaged. */
  const readLeniently = async () => {
    try {
      return { log: await read(), problem: undefined };
    } catch (error) {
      if (isHoldfastError(error)) return { log: empty, problem: error.message };
      throw error;
    }
  };
  const change = inTurn(file, async (make: (log: Log) => Log) => {
    const log = await read();
    const changed = make(log);
    if (changed !== log) await writeDataFile(file, { version: format, ...changed });
  });
  return {
    async next() {
      const { sequence, digest } = await read();
      return { sequence: sequence + 1, previous: digest };
    },
    record: (seal) => change((log) => withSeal(log, seal)),
    removed: (key, location) => change((log) => without(log, key, location)),
    expectedAt: async (location) => (await readLeniently()).log.backups.filter(({ locations }) => locations.includes(location)),
    all: async () => (await readLeniently()).log.backups,
    problem: async () => (await readLeniently()).problem,
  };
}

function withSeal({ sequence, digest, backups }: Log, seal: LoggedSeal): Log {
  const known = backups.find(({ key, digest: other }) => key === seal.key && other === seal.digest);
  const locations = [...new Set([...(known?.locations ?? []), ...seal.locations])];
  const newest = seal.sequence > sequence;
  return {
    sequence: newest ? seal.sequence : sequence,
    digest: newest ? seal.digest : digest,
    backups: [...backups.filter(({ key }) => key !== seal.key), ...(locations.length === 0 ? [] : [{ ...seal, locations }])],
  };
}

function without(log: Log, key: string, location: string): Log {
  if (!log.backups.some((seal) => seal.key === key && seal.locations.includes(location))) return log;
  const backups = log.backups.flatMap((seal) => {
    if (seal.key !== key) return [seal];
    const locations = seal.locations.filter((id) => id !== location);
    return locations.length === 0 ? [] : [{ ...seal, locations }];
  });
  return { ...log, backups };
}

function parseLog(value: Readonly<Record<string, unknown>>): Log {
  const { sequence, digest, backups } = value;
  if (!isCount(sequence)) throw new Error('sequence is not a number');
  if (digest !== null && typeof digest !== 'string') throw new Error('digest is not a text');
  if (!Array.isArray(backups) || !backups.every(isLoggedSeal)) throw new Error('backups is not a list of seals');
  return { sequence, digest, backups };
}

function isLoggedSeal(value: unknown): value is LoggedSeal {
  if (typeof value !== 'object' || value === null) return false;
  const { key, id, sequence, digest, locations } = value as Record<string, unknown>;
  const texts = [key, id, digest].every((text) => typeof text === 'string');
  return texts && isCount(sequence) && Array.isArray(locations) && locations.every((location) => typeof location === 'string');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
