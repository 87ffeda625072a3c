import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours } from './memory-provider.fixture.js';

const disk = vi.hoisted(() => ({ isFull: false }));
vi.mock(import('./backups/close-holes.js'), async (original) => {
  const { closeHoles } = await original();
  return {
    async *closeHoles(body, folder) {
      if (disk.isFull) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      yield* closeHoles(body, folder);
    },
  };
});

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
});
afterEach(async () => {
  disk.isFull = false;
  await place[Symbol.asyncDispose]();
});

const issues = async () => (await place.host.issues.list()).map(({ code, message }) => [code, message]);

test('a full disk of the data directory fails those locations alone that need it, and is an issue until it has room', async () => {
  await place.addLocation('plain', 'plain-memory');
  await place.addLocation('deferred');
  disk.isFull = true;
  expect((await place.create()).locations).toMatchObject([
    { title: 'plain', state: 'failed', error: { code: 'local-storage-full' } },
    { title: 'deferred', state: 'stored' },
  ]);
  expect(await issues()).toEqual([['local-storage-full', expect.stringContaining("Holdfast's data directory")]]);
  disk.isFull = false;
  await place.create();
  expect(await issues()).toEqual([]);
});

test('a location on this machine that is full is told as that: nobody can raise a limit there', async () => {
  await place.host.locations.add({ provider: 'folder-memory', title: 'USB disk', config: { name: 'usb', path: place.folder } });
  misbehaviours.set('usb', { failPutAfter: 1_000 });
  await expect(place.create()).rejects.toMatchObject({ code: 'no-location-stored' });
  expect(await issues()).toEqual([['local-storage-full', expect.stringContaining('the location "USB disk" is on')]]);
  misbehaviours.clear();
  await place.create();
  expect(await issues()).toEqual([]);
});
