import { backupId } from '../archive/backup-metadata.js';
import { editMetadata } from '../archive/edit-metadata.js';
import { backupKey } from './backup-name.js';
import { takenIds } from './draft-backup.js';
import type { BackupServices } from './services.js';
import type { Sidecar } from './sidecar.js';
import { fingerprintProperty } from './wanted-key.js';

/** In `extra` of backup.json: the id of the backup that this one is, in another encryption. */
const rekeyedProperty = 'holdfast.rekeyed_from';

/** What a backup is called when it has another key. All else stays. */
export interface RekeyDraft {
  readonly id: string;
  /** Its key at the locations. */
  readonly key: string;
  /** ISO 8601 with offset, as in backup.json. */
  readonly date: string;
  /** Of the key that encrypts it. */
  readonly fingerprint: string;
  edit(metadata: string): string;
}

/**
 * It has to be another object than the one that it replaces, and an object's name comes from date and name: so its date is another
 * millisecond of the same second, the first behind it whose id is free. Lists, rules by the calendar and names stay as they were.
 */
export async function draftRekeyed(
  services: BackupServices,
  { id: oldId, name, date: oldDate }: Sidecar,
  fingerprint: string,
  signal: AbortSignal,
): Promise<RekeyDraft> {
  const taken = await takenIds(services, signal);
  const oldTime = new Date(oldDate).getTime();
  for (let more = 1; ; more += 1) {
    const time = laterInItsSecond(oldTime, more);
    const date = new Date(time).toISOString().replace('Z', '+00:00');
    const id = backupId(date, name);
    if (taken.has(id)) continue;
    const values: readonly (readonly [path: readonly string[], value: string])[] = [
      [['date'], date],
      [['slug'], id],
      [['extra', fingerprintProperty], fingerprint],
      [['extra', rekeyedProperty], oldId],
    ];
    const edit = (metadata: string) => values.reduce((text, [path, value]) => editMetadata(text, path, value), metadata);
    return { id, key: backupKey(id, new Date(time)), date, fingerprint, edit };
  }
}

/** So many milliseconds later, and behind the end of a second from its beginning on. */
function laterInItsSecond(time: number, milliseconds: number): number {
  const second = Math.floor(time / 1_000) * 1_000;
  return milliseconds < 1_000 ? second + ((time - second + milliseconds) % 1_000) : time + milliseconds;
}

/** The id of the backup that this one replaces; `undefined` for any other. */
export function rekeyedFrom({ metadata }: Pick<Sidecar, 'metadata'>): string | undefined {
  const { extra } = metadata;
  if (typeof extra !== 'object' || extra === null) return undefined;
  const { [rekeyedProperty]: id }: { readonly [name: string]: unknown } = { ...extra };
  return typeof id === 'string' ? id : undefined;
}
