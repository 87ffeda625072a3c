import type { LocationRecord } from '../config/location-record.js';
import { displayName } from '../base/file-name.js';
import { mapConcurrently } from '../base/map-concurrently.js';
import { backupKey, idOfBackupKey } from './backup-name.js';
import { backupError } from './errors.js';
import { type Inventory, takeInventory, type UnreadableBackup } from './inventory.js';
import { loadSealed } from './sealed-backup.js';
import { scanBare } from './bare-backup.js';
import type { BackupServices } from './services.js';
import type { BackupSummary, Failure, FoundBackup } from './summary.js';

export interface ListBackupsOptions {
  /** At most so many; default all. */
  readonly limit?: number;
  /** Goes on behind a page: its `next`. */
  readonly after?: string;
  /** Ids or titles; default all locations. */
  readonly locations?: readonly string[];
  /** Also looks into backup files that have no sidecar. */
  readonly scan?: boolean;
  readonly signal?: AbortSignal;
}

export interface BackupPage {
  /** Newest first. */
  readonly backups: readonly BackupSummary[];
  /** To be given as `after` for the next page; absent on the last. */
  readonly next?: string;
  /** Locations that could not be listed, by title. */
  readonly unavailable: readonly { readonly location: string; readonly error: Failure }[];
  /** What looks like a backup and can't be shown. */
  readonly unreadable: readonly UnreadableBackup[];
}

/** Small reads of one location under way at a time. */
const readsAtOnce = 8;

/** Lists backups by their sidecars: the locations' keys tell which are the newest, and only a page's sidecars are read. */
export async function listBackups(services: BackupServices, options: ListBackupsOptions, signal: AbortSignal): Promise<BackupPage> {
  const inventory = await takeInventory(services, chooseLocations(services, options.locations), signal);
  const unreadable = [...inventory.unreadable];
  const scanned = options.scan === true ? await scanBare(services, inventory, unreadable, signal) : [];
  const rows = [
    ...[...inventory.sealed.entries()].map(([key, files]) => ({ order: key, load: () => loadSealed(services, files, unreadable, signal) })),
    ...scanned.map((found) => ({ order: orderOf(found), load: async () => found })),
  ]
    .filter(({ order }) => options.after === undefined || order < options.after)
    .sort((a, b) => (a.order < b.order ? 1 : -1));
  const page = rows.slice(0, options.limit);
  const found = await mapConcurrently(page, readsAtOnce, ({ load }) => load());
  const last = page.at(-1);
  return {
    backups: found.flatMap((backup) => backup?.summary ?? []),
    ...(last !== undefined && page.length < rows.length ? { next: last.order } : {}),
    unavailable: inventory.unavailable,
    unreadable,
  };
}

/**
 * The backup with this id, or whose id starts with it. Looks into files without a sidecar only if no sidecar fits; such a file may
 * also be named by its key, since copies of one backup, encrypted and not, have the same id.
 *
 * @throws `unknown-backup`, `ambiguous-backup`
 */
export async function findBackup(services: BackupServices, id: string, signal: AbortSignal): Promise<FoundBackup> {
  const inventory = await takeInventory(services, services.locations.list(), signal);
  const unreadable: UnreadableBackup[] = [];
  // A name that isn't ours was given by someone: there the sidecar tells the id.
  const fitting = [...inventory.sealed].filter(([key]) => (idOfBackupKey(key) ?? id).startsWith(id));
  const sealed = await mapConcurrently(fitting, readsAtOnce, ([, files]) => loadSealed(services, files, unreadable, signal));
  let candidates = sealed.flatMap((found) => (found?.summary.id.startsWith(id) === true ? found : []));
  if (candidates.length === 0) {
    const named = (summary: BackupSummary) => summary.id.startsWith(id) || summary.locations.some(({ key }) => key === id);
    candidates = (await scanBare(services, inventory, unreadable, signal)).filter(({ summary }) => named(summary));
  }
  const [only, ...others] = candidates;
  if (only === undefined) throw unknownBackup(id, inventory, unreadable);
  if (others.length > 0) {
    const list = candidates.map(({ summary }) => `${summary.id} (${summary.locations.map(({ key }) => displayName(key)).join(', ')})`);
    throw backupError('ambiguous-backup', { id, candidates: list.join(', ') });
  }
  return only;
}

export function chooseLocations(services: BackupServices, chosen: readonly string[] | undefined): readonly LocationRecord[] {
  return chosen === undefined ? services.locations.list() : chosen.map((idOrTitle) => services.locations.get(idOrTitle));
}

function unknownBackup(id: string, inventory: Inventory, unreadable: readonly UnreadableBackup[]): Error {
  // A location that is away or a sidecar that is broken may be why it isn't found: say so first.
  const away = inventory.unavailable[0];
  if (away !== undefined) return backupError('unknown-backup-some-away', { id, location: away.location, reason: away.error.message });
  const broken = [...inventory.unreadable, ...unreadable].find(({ key }) => idOfBackupKey(key)?.startsWith(id));
  if (broken !== undefined) return backupError('backup-not-whole', { id, location: broken.location, reason: broken.message });
  return backupError('unknown-backup', { id });
}

function orderOf({ summary }: FoundBackup): string {
  const time = new Date(summary.date);
  return backupKey(summary.id, Number.isNaN(time.getTime()) ? new Date(0) : time);
}
