import { type HoldfastError, isHoldfastError } from '../../base/errors.js';
import type { LocationRecord } from '../../config/location-record.js';
import { backupKey, idOfBackupKey } from '../backup-name.js';
import { backupError } from '../errors.js';
import type { Inventory } from '../inventory.js';
import type { Sidecar } from '../sidecar.js';
import type { Failure } from '../summary.js';
import { sealDigest } from './seal.js';
import type { LoggedSeal, SealLog } from './seal-log.js';

/** A backup that is not what this host knows it to have been: nobody but who changes things there makes one look so. */
export interface SealAlarm extends Failure {
  /** The location's title. */
  readonly location: string;
  readonly key: string;
  /** `seal-missing`, `seal-replaced`, `seal-invalid`, `backup-missing`, `backup-replaced` or `backup-renamed`. */
  readonly code: string;
}

/** Why the copy of a backup at a location can't be taken for what it says it is. */
export interface CopyFault {
  readonly location: LocationRecord;
  readonly key: string;
  readonly error: HoldfastError;
}

const alarmCodes = ['seal-missing', 'seal-replaced', 'seal-invalid', 'backup-missing', 'backup-replaced', 'backup-renamed'];

export function isAlarm(error: unknown): error is HoldfastError {
  return isHoldfastError(error) && alarmCodes.includes(error.code);
}

export function alarmOf({ location, key, error }: CopyFault): SealAlarm {
  const { code, message, remedy } = error;
  return { location: location.title, key, code, message, remedy };
}

/** What the seal log expects, by location and key. */
export interface ExpectedSeals {
  at(location: string, key: string): LoggedSeal | undefined;
  /** Of a location, by its id. */
  of(location: string): readonly LoggedSeal[];
}

export async function expectedSeals(log: SealLog): Promise<ExpectedSeals> {
  const byLocation = new Map<string, Map<string, LoggedSeal>>();
  for (const seal of await log.all()) {
    for (const location of seal.locations) {
      const there = byLocation.get(location) ?? new Map<string, LoggedSeal>();
      byLocation.set(location, there.set(seal.key, seal));
    }
  }
  return {
    at: (location, key) => byLocation.get(location)?.get(key),
    of: (location) => [...(byLocation.get(location)?.values() ?? [])],
  };
}

/** What was sealed at a location and is gone, by names alone. A location that could not be listed says nothing. */
export function vanished(expected: ExpectedSeals, inventory: Inventory, locations: readonly LocationRecord[]): CopyFault[] {
  const bare = new Set(inventory.bare.map(({ location, key }) => `${location.id} ${key}`));
  return locations
    .filter(({ id }) => inventory.listed.has(id))
    .flatMap((location) =>
      expected.of(location.id).flatMap(({ key, id }): CopyFault[] => {
        if (inventory.sealed.get(key)?.some((file) => file.location.id === location.id) === true) return [];
        const error = bare.has(`${location.id} ${key}`)
          ? backupError('seal-missing', { id, location: location.title, what: 'its sidecar is gone' })
          : backupError('backup-missing', { id, location: location.title });
        return [{ location, key, error }];
      }),
    );
}

/** Whether a sidecar is the one that this host put there, and its name the backup's own; the error if not. */
export function unexpected(
  sidecar: Sidecar,
  key: string,
  location: LocationRecord,
  expected: LoggedSeal | undefined,
): HoldfastError | undefined {
  const { id, date, seal } = sidecar;
  const title = location.title;
  if (expected !== undefined && seal === undefined) {
    return backupError('seal-missing', { id: expected.id, location: title, what: 'its sidecar has no seal' });
  }
  if (expected !== undefined && seal !== undefined && sealDigest(sidecar) !== expected.digest) {
    if (id !== expected.id) return backupError('backup-replaced', { id: expected.id, location: title, other: id, date });
    const older = seal.sequence < expected.sequence;
    const what = older ? `it is number ${seal.sequence}, older than number ${expected.sequence}` : 'it is another one';
    return backupError('seal-replaced', { id, location: title, what });
  }
  return seal === undefined || idOfBackupKey(key) === undefined ? undefined : renamed(sidecar, key, title);
}

/** A sealed backup belongs under its own name. */
export function renamed({ id, date }: Sidecar, key: string, location: string): HoldfastError | undefined {
  const time = new Date(date);
  if (Number.isNaN(time.getTime())) return undefined;
  const name = backupKey(id, time);
  return name === key ? undefined : backupError('backup-renamed', { key, location, id, date, name });
}
