import type { LocationRecord } from '../config/location-record.js';
import { displayName } from '../base/file-name.js';
import { mapConcurrently } from '../base/map-concurrently.js';
import { backupKey, idOfBackupKey } from './backup-name.js';
import { backupError } from './errors.js';
import { type Inventory, takeInventory, type UnreadableBackup } from './inventory.js';
import { alarmOf, type CopyFault, expectedSeals, type SealAlarm, vanished } from './seal/alarms.js';
import { loadSealed } from './sealed-backup.js';
import { scanBare } from './bare-backup.js';
import { loadDescribed } from './described-backup.js';
import type { BackupServices } from './services.js';
import type { BackupSummary, Failure, FoundBackup } from './summary.js';
import { summaryNotes } from './summary-notes.js';
import type { Trouble } from './trouble.js';

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
  /** Backups that this host sealed and that are no longer what it left there; also those of other pages that are gone. */
  readonly alarms: readonly SealAlarm[];
}

/** Small reads of one location under way at a time. */
const readsAtOnce = 8;

/**
 * Lists backups by their sidecars: the locations' keys tell which are the newest, and only a page's sidecars are read. What Home Assistant put there
 * comes in by what it notes beside each of its backups.
 */
export async function listBackups(services: BackupServices, options: ListBackupsOptions, signal: AbortSignal): Promise<BackupPage> {
  const locations = chooseLocations(services, options.locations);
  const [inventory, expected] = await Promise.all([takeInventory(services, locations, signal), expectedSeals(services.sealLog)]);
  const trouble: Trouble = { unreadable: [...inventory.unreadable], unreached: [], faults: vanished(expected, inventory, locations) };
  const described = await loadDescribed(services, inventory.bare, trouble, signal);
  const scanned = options.scan === true ? await scanBare(services, described.rest, trouble, signal) : [];
  const rows = [
    ...[...inventory.sealed.entries()].map(([key, files]) => ({
      order: key,
      load: () => loadSealed(services, files, expected, trouble, signal),
    })),
    ...[...described.found, ...scanned].map((found) => ({ order: orderOf(found), load: async () => found })),
  ]
    .filter(({ order }) => options.after === undefined || order < options.after)
    .sort((a, b) => (a.order < b.order ? 1 : -1));
  const page = rows.slice(0, options.limit);
  const found = await mapConcurrently(page, readsAtOnce, ({ load }) => load());
  const last = page.at(-1);
  // Keys tell seconds; of one and the same second, the dates tell which is newer.
  const newestFirst = page
    .flatMap(({ order }, index) => {
      const summary = found[index]?.summary;
      return summary === undefined || summary.locations.length === 0 ? [] : { second: order.split('-', 1)[0] ?? '', summary };
    })
    .sort((a, b) => (a.second === b.second ? Date.parse(b.summary.date) - Date.parse(a.summary.date) : a.second < b.second ? 1 : -1));
  const annotated = await summaryNotes(services);
  return {
    backups: newestFirst.map(({ summary }) => annotated(summary)),
    ...(last !== undefined && page.length < rows.length ? { next: last.order } : {}),
    unavailable: inventory.unavailable,
    unreadable: trouble.unreadable,
    alarms: trouble.faults.map(alarmOf),
  };
}

/** A backup with all that is wrong with its copies, also if none of them is whole. */
export interface CandidateBackup extends FoundBackup {
  readonly faults: readonly CopyFault[];
}

/**
 * The backup with this id, or whose id starts with it. Looks at Home Assistant's only if no sidecar fits, and into files only if nothing else does; such
 * a file may also be named by its key, since copies of one backup, encrypted and not, have the same id.
 *
 * @throws `unknown-backup`, `ambiguous-backup`; `backup-not-whole`, unless `notWhole` are wanted too; an alarm's error, if that is why it isn't found
 */
export async function findBackup(
  services: BackupServices,
  id: string,
  signal: AbortSignal,
  options: { readonly notWhole?: boolean } = {},
): Promise<CandidateBackup> {
  const locations = services.locations.list();
  const [inventory, expected] = await Promise.all([takeInventory(services, locations, signal), expectedSeals(services.sealLog)]);
  const trouble: Trouble = { unreadable: [], unreached: [], faults: vanished(expected, inventory, locations) };
  // A name that isn't ours was given by someone: there the sidecar tells the id.
  const fitting = [...inventory.sealed].filter(([key]) => (idOfBackupKey(key) ?? id).startsWith(id));
  const sealed = await mapConcurrently(fitting, readsAtOnce, ([, files]) => loadSealed(services, files, expected, trouble, signal));
  let candidates = sealed.flatMap((found) => {
    const shown = found !== undefined && (options.notWhole === true || found.summary.locations.length > 0);
    return shown && found.summary.id.startsWith(id) ? found : [];
  });
  if (candidates.length === 0) {
    const isNamed = ({ summary }: FoundBackup) => summary.id.startsWith(id) || summary.locations.some(({ key }) => key === id);
    const { found, rest } = await loadDescribed(services, inventory.bare, trouble, signal);
    candidates = found.filter(isNamed);
    if (candidates.length === 0) candidates = (await scanBare(services, rest, trouble, signal)).filter(isNamed);
  }
  const [only, ...others] = candidates;
  if (only === undefined) throw unknownBackup(id, inventory, trouble);
  if (others.length > 0) {
    const list = candidates.map(({ summary }) => `${summary.id} (${summary.locations.map(({ key }) => displayName(key)).join(', ')})`);
    throw backupError('ambiguous-backup', { id, candidates: list.join(', ') });
  }
  const keys = new Set([...only.summary.locations, ...only.notWhole].map(({ key }) => key));
  const annotated = await summaryNotes(services);
  return { ...only, summary: annotated(only.summary), faults: trouble.faults.filter(({ key }) => keys.has(key)) };
}

export function chooseLocations(services: BackupServices, chosen: readonly string[] | undefined): readonly LocationRecord[] {
  return chosen === undefined ? services.locations.list() : chosen.map((idOrTitle) => services.locations.get(idOrTitle));
}

function unknownBackup(id: string, inventory: Inventory, trouble: Trouble): Error {
  const isMeant = ({ key }: { readonly key: string }) => idOfBackupKey(key)?.startsWith(id) === true;
  const changed = trouble.faults.find((fault) => isMeant(fault));
  if (changed !== undefined && changed.error.code !== 'backup-missing') return changed.error;
  // A location that is away or a sidecar that is broken may be why it isn't found: say so first.
  const away = inventory.unavailable[0];
  if (away !== undefined) return backupError('unknown-backup-some-away', { id, location: away.location, reason: away.error.message });
  const unreached = trouble.unreached.find(isMeant);
  if (unreached !== undefined)
    return backupError('unknown-backup-some-away', { id, location: unreached.location, reason: unreached.message });
  const broken = [...inventory.unreadable, ...trouble.unreadable].find((unreadable) => isMeant(unreadable));
  if (broken !== undefined) return backupError('backup-not-whole', { id, location: broken.location, reason: broken.message });
  return changed?.error ?? backupError('unknown-backup', { id });
}

/** With the size: copies of one backup, encrypted and not, have the same id and date, and a page may end between them. */
function orderOf({ summary }: FoundBackup): string {
  const time = new Date(summary.date);
  return `${backupKey(summary.id, Number.isNaN(time.getTime()) ? new Date(0) : time)}.${summary.size}`;
}
