import { afterEach, beforeEach, expect, test } from 'vitest';
import { sidecarKey } from '../backups/backup-name.js';
import { type HostPlace, makeHostPlace } from '../host-place.fixture.js';
import { misbehaviours, stores } from '../memory-provider.fixture.js';

let one: HostPlace;
let two: HostPlace;
beforeEach(async () => {
  [one, two] = [await makeHostPlace(), await makeHostPlace()];
  for (const host of [one, two]) await host.addLocation('shared');
});
afterEach(async () => {
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
});

test('two hosts that back up to one place at once, under the same name, keep each its own', async () => {
  const made = await Promise.all([one, two].map((host) => host.create({ name: 'the same' })));
  const ids = made.map(({ backup }) => backup.id);
  expect(new Set(ids).size).toBe(2);
  for (const [index, host] of [one, two].entries()) {
    expect((await host.host.backups.list()).backups.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(await host.host.backups.verify({ id: ids[index] ?? '' })).toMatchObject({ seal: 'sealed' });
  }
});

test('what another host deletes while a list is read is left out, and the rest is shown', async () => {
  const [{ backup: gone }, { backup: stays }] = [await one.create({ name: 'gone' }), await one.create({ name: 'stays' })];
  const key = gone.locations[0]?.key ?? '';
  const objects = stores.get('shared');
  misbehaviours.set('shared', {
    onGet() {
      // Between the list and the look at what it named; the store has the bytes at hand for who asked first.
      for (const object of [key, sidecarKey(key), `${key}.holdfast.index`]) objects?.delete(object);
    },
  });
  const during = await two.host.backups.list();
  expect(during.backups.map(({ id }) => id)).toContain(stays.id);
  expect(during.unavailable).toEqual([]);
  const { backups } = await two.host.backups.list();
  expect(backups.map(({ id }) => id)).toEqual([stays.id]);
});
