import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CreateBackupOptions, LocationOutcome } from './backups/create-backup.js';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';
import { ProviderError } from './provider-api/index.js';

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
  // Bytes that don't shrink.
  writeFileSync(join(place.source, 'film'), randomBytes(6_000_000));
});
afterEach(() => place[Symbol.asyncDispose]());

/** Until it is opened, the location takes nothing; it heeds a signal, as providers do. */
function closeGate(name: string): { open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const beforePiece = (signal: AbortSignal) =>
    Promise.race([
      opened,
      new Promise<void>((_, reject) => {
        const cancel = () => reject(new ProviderError('cancelled', 'Cancelled.'));
        if (signal.aborted) cancel();
        else signal.addEventListener('abort', cancel, { once: true });
      }),
    ]);
  misbehaviours.set(name, { beforePiece });
  return { open };
}

/** Makes a backup at a quick location and a slow one, which takes nothing before the quick one has the backup, if it ever does. */
async function createAtBoth(lag: CreateBackupOptions['lag'], opensAfterwards = true) {
  await place.addLocation('quick');
  await place.addLocation('slow');
  const gate = closeGate('slow');
  const seen: (readonly [string, string])[] = [];
  const onOutcome = ({ title, state }: LocationOutcome) => {
    seen.push([title, state]);
    if (title === 'quick' && opensAfterwards) gate.open();
  };
  const result = await place.create({ ...(lag === undefined ? {} : { lag }), onOutcome });
  return { ...result, seen, gate };
}

const identical = () => {
  const [key = ''] = place.keysAt('quick');
  return stores
    .get('quick')
    ?.get(key)
    ?.equals(stores.get('slow')?.get(key) ?? Buffer.alloc(0));
};

describe('a location that takes nothing before another has all of it', () => {
  test.each([
    ['in memory', {}],
    ['in files of the data directory, which have no names', { memoryBytes: 100_000 }],
  ])('keeps no other waiting: what it has still to take waits %s', async (_where, lag) => {
    const { outcome, seen } = await createAtBoth(lag);
    expect(seen[0]).toEqual(['quick', 'stored']);
    expect(outcome).toBe('complete');
    expect(identical()).toBe(true);
    if ('memoryBytes' in lag) expect(readdirSync(join(place.dataDir, 'spool'))).toEqual([]);
  });

  test('is left out where there is no more room for what it has still to take, and gets a copy later', async () => {
    const { backup, outcome, locations, gate } = await createAtBoth({ memoryBytes: 100_000, spoolBytes: 2_000_000 });
    expect(outcome).toBe('with-warnings');
    const slow = place.host.locations.get('slow');
    expect(locations).toMatchObject([
      { title: 'quick', state: 'stored' },
      {
        title: 'slow',
        state: 'failed',
        error: {
          code: 'location-too-slow',
          remedy: expect.stringContaining(`holdfast backup send ${backup.id} --to ${slow.id}`) as string,
        },
      },
    ]);
    expect(place.keysAt('slow')).toEqual([]);
    expect(readdirSync(join(place.dataDir, 'journal'))).toEqual([]);
    gate.open();
    await place.host.backups.send({ backup: backup.id, to: 'slow' });
    expect(identical()).toBe(true);
  });

  test('keeps what is not encrypted out of files', async () => {
    await place.addLocation('quick');
    await place.addLocation('slow');
    closeGate('slow');
    const { locations } = await place.create({ encrypt: false, lag: { memoryBytes: 100_000 } });
    expect(locations).toMatchObject([{ state: 'stored' }, { state: 'failed', error: { code: 'location-too-slow' } }]);
  });

  test('is left out when it hangs while another has the backup', async () => {
    const { locations } = await createAtBoth({ stall: 40 }, false);
    expect(locations).toMatchObject([{ state: 'stored' }, { title: 'slow', state: 'failed', error: { code: 'location-too-slow' } }]);
    expect(place.keysAt('slow')).toEqual([]);
  });
});

test('a location that is alone, or left alone, is waited for', async () => {
  await place.addLocation('slow');
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  misbehaviours.set('slow', { beforePiece: turn });
  const lag = { memoryBytes: 0, spoolBytes: 0, stall: 60_000 };
  expect(await place.create({ lag })).toMatchObject({ outcome: 'complete' });
  await place.addLocation('full');
  misbehaviours.set('full', { failPutAfter: 1_000 });
  expect((await place.create({ lag })).locations).toMatchObject([
    { state: 'stored' },
    { title: 'full', error: { code: 'location-failed' } },
  ]);
});
