import { isProviderError } from '../../provider-api/index.js';
import type { LocationRecord } from '../../config/location-record.js';
import { chooseLocations } from '../catalogue.js';
import { backupError } from '../errors.js';
import { describeFailure } from '../failure.js';
import { type Inventory, takeInventory } from '../inventory.js';
import { idOfBackupKey } from '../backup-name.js';
import { expectedSeals, vanished } from '../seal/alarms.js';
import type { BackupServices } from '../services.js';
import { checkBlocks } from './check-blocks.js';
import { closeForGone, isDamage, noteLook } from './note-look.js';
import type { CheckedCopy, VerificationOptions, VerificationReport } from './verification.js';

/** Reads back a share of each copy, location beside location. See `Verifications.run`. */
export async function runVerification(
  services: BackupServices,
  { share, locations: chosen, onProgress }: Pick<VerificationOptions, 'locations' | 'onProgress'> & { readonly share: number },
  signal: AbortSignal,
): Promise<VerificationReport> {
  const locations = chooseLocations(services, chosen);
  const [inventory, expected] = await Promise.all([takeInventory(services, locations, signal), expectedSeals(services.sealLog)]);
  const listed = locations.filter(({ id }) => inventory.listed.has(id));
  let bytes = 0;
  const onBytes = (location: LocationRecord) => (count: number) => {
    bytes += count;
    onProgress?.({ phase: 'reading-back', bytes, totalBytes: undefined, files: 0, current: location.title });
  };
  const checked: CheckedCopy[] = [];
  // Copies that are not there at all need no reading.
  for (const { location, key, error } of vanished(expected, inventory, listed)) {
    const id = expected.at(location.id, key)?.id ?? key;
    await noteLook(services, { id, key, location }, { how: 'sample', error });
    const about = { id, key, location: placeOf(location), bytes: 0, size: 0 };
    checked.push({ ...about, state: 'failed', error: describeFailure(error) });
  }
  await Promise.all(
    listed.map(async (record) => {
      const copies = copiesOf(inventory, record);
      for (const copy of copies) {
        const result = await checkCopy(services, copy, share, signal, onBytes(record));
        if (result !== undefined) checked.push(result);
      }
      const keys = new Set([...copies.map(({ key }) => key), ...expected.of(record.id).map(({ key }) => key)]);
      await services.verifiedLog.keepOnly(record.id, keys);
      const ids = [...copies.map(({ key }) => idOfBackupKey(key) ?? key), ...expected.of(record.id).map(({ id }) => id)];
      await closeForGone(services, record.id, new Set(ids));
    }),
  );
  const run = {
    at: services.clock.now().toISOString(),
    share,
    copies: checked.length,
    failed: checked.filter(({ state }) => state === 'failed').length,
    unreachable: checked.filter(({ state }) => state === 'unreachable').length,
    bytes,
  };
  await services.verifiedLog.ran(run);
  return { ...run, checked: [...checked].sort((one, other) => (one.key < other.key ? 1 : -1)), unavailable: inventory.unavailable };
}

interface Copy {
  readonly record: LocationRecord;
  readonly key: string;
  readonly size: number;
  readonly others: readonly string[];
}

function copiesOf(inventory: Inventory, record: LocationRecord): Copy[] {
  return [...inventory.sealed].flatMap(([key, files]) => {
    const file = files.find(({ location }) => location.id === record.id);
    const others = files.filter((other) => other !== file).map(({ location }) => location.title);
    return file === undefined ? [] : { record, key, size: file.size, others };
  });
}

async function checkCopy(
  services: BackupServices,
  copy: Copy,
  share: number,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<CheckedCopy | undefined> {
  const { record, key, size } = copy;
  const id = idOfBackupKey(key) ?? key;
  const about = { id, key, location: placeOf(record), size };
  let bytes = 0;
  const counted = (count: number) => {
    bytes += count;
    onBytes(count);
  };
  const failed = async (error: unknown, blocks?: { next: number; proven: number }): Promise<CheckedCopy> => {
    await noteLook(services, { id, key, location: record }, { how: 'sample', error, ...(blocks && { blocks }) });
    return { ...about, bytes, state: 'failed', error: describeFailure(error, record) };
  };
  try {
    const known = await services.verifiedLog.of(key, record.id);
    // Of one that was found wrong, all is read: only that can cure it.
    const outcome = await checkBlocks(services, copy, known?.blocks, known?.failed === undefined ? share : 1, signal, counted);
    if (outcome === undefined) return { ...about, bytes, state: 'not-comparable' };
    if ('error' in outcome) return await failed(outcome.error, outcome.blocks);
    const { all, whole, blocks } = outcome;
    await noteLook(services, { id, key, location: record }, { how: all ? 'whole' : 'sample', whole, blocks });
    return { ...about, bytes, state: 'ok' };
  } catch (error) {
    signal.throwIfAborted();
    if (isProviderError(error) && error.code === 'not-found') {
      // It may have been deleted since it was listed, as it should be.
      if ((await expectedSeals(services.sealLog)).at(record.id, key) === undefined) return undefined;
      return failed(backupError('backup-missing', { id, location: record.title }));
    }
    return isDamage(error) ? failed(error) : { ...about, bytes, state: 'unreachable', error: describeFailure(error, record) };
  }
}

function placeOf({ id, title }: LocationRecord): { readonly id: string; readonly title: string } {
  return { id, title };
}
