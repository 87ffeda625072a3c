import type { StoredKey } from '../keys/key-store.js';
import { listBackups } from './catalogue.js';
import type { BackupServices } from './services.js';
import type { BackupSummary, Failure } from './summary.js';

/** Backups of one key at one location. */
export interface KeyUseAt {
  /** The location's id. */
  readonly id: string;
  readonly title: string;
  readonly backups: number;
}

/** How many backups a key opens, as their fingerprints say. */
export interface KeyUse {
  readonly fingerprint: string;
  /** Each once, however many copies there are. */
  readonly backups: number;
  readonly locations: readonly KeyUseAt[];
  /** Of those backups, ISO 8601; absent where there is none. */
  readonly oldest?: string;
  readonly newest?: string;
}

export interface KeyUses {
  /** Of the host's keys, in the order of `keys.all()`. */
  readonly known: readonly (KeyUse & { readonly key: Omit<StoredKey, 'key'> })[];
  /** Of keys that are not here: the latest first. */
  readonly unknown: readonly KeyUse[];
  /** Locations that could not be asked, so that their backups are not among these. */
  readonly unavailable: readonly { readonly location: string; readonly error: Failure }[];
}

/** Counts which key opens what, at the locations that answer. Opens nothing: backups say by which fingerprint their key goes. */
export async function countKeyUse(services: BackupServices, signal: AbortSignal): Promise<KeyUses> {
  const { backups, unavailable } = await listBackups(services, {}, signal);
  const byFingerprint = new Map<string, BackupSummary[]>();
  for (const backup of backups) {
    if (!backup.encrypted || backup.keyFingerprint === undefined) continue;
    const same = byFingerprint.get(backup.keyFingerprint);
    if (same === undefined) byFingerprint.set(backup.keyFingerprint, [backup]);
    else same.push(backup);
  }
  const known = services.keys.all().map(({ key: _, ...key }) => ({ ...useOf(key.fingerprint, byFingerprint), key }));
  const isKnown = new Set(known.map(({ fingerprint }) => fingerprint));
  const others = [...byFingerprint.keys()].filter((fingerprint) => !isKnown.has(fingerprint));
  return { known, unknown: others.map((fingerprint) => useOf(fingerprint, byFingerprint)), unavailable };
}

/** `backups`: newest first. */
function useOf(fingerprint: string, byFingerprint: ReadonlyMap<string, readonly BackupSummary[]>): KeyUse {
  const backups = byFingerprint.get(fingerprint) ?? [];
  const locations = new Map<string, { id: string; title: string; backups: number }>();
  for (const { locations: copies } of backups) {
    for (const { id, title } of copies) {
      const there = locations.get(id) ?? { id, title, backups: 0 };
      there.backups += 1;
      locations.set(id, there);
    }
  }
  const [newest, oldest] = [backups[0]?.date, backups.at(-1)?.date];
  const dated = newest === undefined || oldest === undefined ? {} : { oldest, newest };
  return { fingerprint, backups: backups.length, locations: [...locations.values()], ...dated };
}
