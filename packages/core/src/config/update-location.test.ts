import { expect, test } from 'vitest';
import { createCupboards } from './cupboard.fixture.js';
import { dataDirectory } from './data-directory.fixture.js';

async function withLocation() {
  const { world, provider } = createCupboards();
  const data = await dataDirectory();
  const run = await data.run({ inline: [provider] });
  const { id } = await run.locations.add({ provider: 'cupboard', title: 'Attic', config: { shelf: 'attic', key: world.key } });
  world.opened.length = 0;
  return { ...run, data, world, id, provider };
}

test('other settings are tried out, then take the place of the old ones', async () => {
  const { locations, world, id, data } = await withLocation();
  const before = await locations.open(id);
  world.key = 'new key';
  const updated = await locations.update('Attic', { config: { shelf: 'attic', key: 'new key', size: 9 } });
  expect(updated).toEqual({
    notices: [],
    moved: false,
    location: { id, title: 'Attic', provider: 'cupboard', config: { shelf: 'attic', size: 9, key: '********' } },
  });
  expect(world.opened).toEqual([{ shelf: 'attic', firstUse: false }]);
  expect(await locations.open(id)).not.toBe(before);
  expect(await data.read('secrets.json')).not.toContain('open sesame');
  expect(await data.read('secrets.json')).toContain('new key');
});

test('settings that fail leave the location as it was', async () => {
  const { locations, world, id, data, provider } = await withLocation();
  const files = [await data.read('config.json'), await data.read('secrets.json')];
  await expect(locations.update(id, { config: { shelf: 'bent' } })).rejects.toMatchObject({ code: 'config-invalid' });
  await expect(locations.update(id, { config: { shelf: 'attic', key: 'wrong key' } })).rejects.toMatchObject({ code: 'config-invalid' });
  world.away = true;
  await expect(locations.update(id, { config: { shelf: 'cellar' } })).rejects.toMatchObject({ code: 'location-failed' });
  world.away = false;
  expect([await data.read('config.json'), await data.read('secrets.json')]).toEqual(files);
  await (await data.run({ inline: [provider] })).locations.open(id);
});

test('a location may move, but not onto another one', async () => {
  const { locations, world, id } = await withLocation();
  await locations.add({ provider: 'cupboard', title: 'Cellar', config: { shelf: 'cellar' } });
  await expect(locations.update(id, { config: { shelf: 'cellar/left', key: world.key } })).rejects.toMatchObject({
    code: 'location-overlaps',
  });
  await expect(locations.update(id, { config: { shelf: 'hall', key: world.key }, samePlace: true })).rejects.toMatchObject({
    code: 'location-elsewhere',
  });
  world.opened.length = 0;
  const { moved, location } = await locations.update(id, { config: { shelf: 'hall', key: world.key } });
  expect([moved, location.id, location.config['shelf']]).toEqual([true, id, 'hall']);
  expect(world.opened).toEqual([{ shelf: 'hall', firstUse: true }]);
});

test('a secret that the provider quotes is hidden in its messages', async () => {
  const { locations, id } = await withLocation();
  const update = locations.update(id, { config: { shelf: 'attic', key: 'wrong key' } });
  await expect(update).rejects.toMatchObject({ details: { 'field:key': '"********" does not fit.' } });
});
