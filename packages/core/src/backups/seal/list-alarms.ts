import { mapConcurrently } from '../../base/map-concurrently.js';
import { takeInventory } from '../inventory.js';
import { readSidecar } from '../sealed-backup.js';
import type { BackupServices } from '../services.js';
import { noteTrouble, type Trouble } from '../trouble.js';
import { alarmOf, expectedSeals, type SealAlarm, unexpected, vanished } from './alarms.js';
import { checkSeal } from './check-seal.js';
import type { StoredFile } from '../stored-file.js';

const readsAtOnce = 8;

/** Looks at every seal that this host put anywhere: unlike a list, which reads one sidecar of each backup, at every location that answers. */
export async function listAlarms(
  services: BackupServices,
  signal: AbortSignal,
): Promise<{ readonly alarms: readonly SealAlarm[] /** How many are in place. */; readonly sealed: number }> {
  const locations = services.locations.list();
  const expected = await expectedSeals(services.sealLog);
  const watched = locations.filter(({ id }) => expected.of(id).length > 0);
  const inventory = await takeInventory(services, watched, signal);
  const trouble: Trouble = { unreadable: [], unreached: [], faults: vanished(expected, inventory, watched) };
  const files = [...inventory.sealed.values()].flat().filter(({ location, key }) => expected.at(location.id, key) !== undefined);
  const good = await mapConcurrently(files, readsAtOnce, async (file: StoredFile) => {
    try {
      const sidecar = await readSidecar(services, file.location.id, file.key, signal);
      const error = unexpected(sidecar, file.key, file.location, expected.at(file.location.id, file.key));
      if (error !== undefined) throw error;
      await checkSeal(sidecar, services.keys);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      noteTrouble(trouble, file, error, expected);
      return false;
    }
  });
  return { alarms: trouble.faults.map(alarmOf), sealed: good.filter(Boolean).length };
}
