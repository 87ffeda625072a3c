import { displayName } from '../base/file-name.js';
import { shortFingerprint } from './fingerprint.js';

/** What an emergency kit tells. No secret but the key itself. */
export interface KitContents {
  readonly key: string;
  readonly fingerprint: string;
  /** Since when the key is used, ISO 8601. */
  readonly since: string;
  /** Until when it was used; absent in the kit of the current key. */
  readonly until?: string;
  /** The host's other keys, each of which has a kit of its own. */
  readonly otherKeys?: readonly OtherKey[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly instance: { readonly id: string; readonly name: string };
  readonly locations: readonly { readonly title: string; readonly place: string }[];
  /** Those that the key opens, newest first. */
  readonly backups: readonly KitBackup[];
}

/** Named only: a kit holds one key. */
export interface OtherKey {
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly since: string;
  readonly until?: string;
}

export interface KitBackup {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly date: string;
  /** Bytes. */
  readonly size: number;
  /** Titles. */
  readonly locations: readonly string[];
}

/** A kit is a document, so a long list is cut: the newest are what one looks for. */
export const listedBackups = 20;

/** `2026-11-21 10:53 UTC`: a kit may be read in another place than it was made at. */
export function kitDate(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function kitSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** `7K2M-9QXA, used from 2026-01-02 to 2026-11-21`. */
export function otherKeyLine({ fingerprint, since, until }: OtherKey): string {
  return `${shortFingerprint(fingerprint)}, used from ${since.slice(0, 10)}${until === undefined ? ' on' : ` to ${until.slice(0, 10)}`}`;
}

/** What stands above the other keys. */
export const otherKeysNote = 'This host has or had other keys. Their backups open with kits of their own, so keep those too:';

/** The kit with nothing in its names that could break out of a line, command a terminal or reorder what is read: a backup's name may come from elsewhere. */
export function forDisplay(kit: KitContents): KitContents {
  return {
    ...kit,
    instance: { id: displayName(kit.instance.id), name: displayName(kit.instance.name) },
    locations: kit.locations.map(({ title, place }) => ({ title: displayName(title), place: displayName(place) })),
    backups: kit.backups.map(({ id, name, date, size, locations }) => ({
      id: displayName(id),
      name: displayName(name),
      date: displayName(date),
      size,
      locations: locations.map(displayName),
    })),
  };
}

/** What stands below the list of backups. */
export function unlistedBackups({ backups, until }: KitContents): string {
  if (until !== undefined) return backups.length > listedBackups ? `And ${backups.length - listedBackups} older ones.` : '';
  if (backups.length === 0) return 'None yet on the day of this kit. It opens all that are made with this key from then on.';
  const older = backups.length - listedBackups;
  return `${older > 0 ? `And ${older} older ones, and` : 'And'} all that are made with this key after the day of this kit.`;
}
