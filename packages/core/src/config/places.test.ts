import { describe, expect, test } from 'vitest';
import { createCupboards } from './cupboard.fixture.js';
import { dataDirectory } from './data-directory.fixture.js';
import { isPlace, overlapOf } from './overlap.js';

test.each([
  ['a/b', 'a/b', 'same'],
  ['a/b', 'a', 'inside'],
  ['a', 'a/b/c', 'around'],
  ['a', '', 'inside'],
  ['', '', 'same'],
  ['', 'a', 'around'],
  ['a', 'ab', undefined],
  ['a/b', 'a/c', undefined],
])('%j lies to %j: %s', (path, other, expected) => {
  expect(overlapOf({ root: 'r', path }, { root: 'r', path: other })).toBe(expected);
  expect(overlapOf({ root: 'r', path }, { root: 'other', path: other })).toBeUndefined();
});

test.each([
  [{ root: 'r', path: '' }, true],
  [{ root: 'r', path: 'a/b' }, true],
  [{ root: '', path: 'a' }, false],
  [{ root: 'r', path: '/a' }, false],
  [{ root: 'r', path: 'a/' }, false],
  [{ root: 'r', path: 'a//b' }, false],
  [{ root: 'r', path: 'a/../b' }, false],
  [{ root: 'r' }, false],
])('%j is a place: %s', (value, expected) => {
  expect(isPlace(value)).toBe(expected);
});

describe('locations', () => {
  async function cupboards() {
    const { world, provider } = createCupboards();
    const data = await dataDirectory();
    const { locations, configFile } = await data.run({ inline: [provider] });
    return { world, locations, configFile };
  }

  test('at one place, however it is written, are refused before anything is touched there', async () => {
    const { world, locations } = await cupboards();
    await locations.add({ provider: 'cupboard', title: 'Attic', config: { shelf: 'attic/left', size: 1 } });
    world.calls.length = 0;
    await expect(locations.add({ provider: 'cupboard', config: { shelf: 'ATTIC/left', size: 2 } })).rejects.toMatchObject({
      code: 'location-exists',
      details: { title: 'Attic' },
    });
    expect(world.calls).toEqual([]);
  });

  test.each([
    ['house/attic/left', 'inside'],
    ['house', 'around'],
  ])('%j, which overlaps another, is refused and explained, whichever type has it', async (shelf, relation) => {
    const { locations } = await cupboards();
    await locations.add({ provider: 'cupboard', title: 'Attic', config: { shelf: 'house/attic' } });
    await expect(locations.add({ provider: 'guided', config: { shelf } })).rejects.toMatchObject({
      code: 'location-overlaps',
      message: expect.stringContaining(`This place lies ${relation} that of location "Attic"`) as unknown,
    });
    await locations.add({ provider: 'guided', config: { shelf: 'house/attics' } });
  });

  test('from before places were stored are asked for theirs', async () => {
    const { locations, configFile } = await cupboards();
    const { id } = await locations.add({ provider: 'cupboard', config: { shelf: 'attic' } });
    await configFile.update((stored) => stored.map(({ place: _, ...rest }) => rest));
    await expect(locations.add({ provider: 'cupboard', config: { shelf: 'Attic/left' } })).rejects.toMatchObject({
      code: 'location-overlaps',
    });
    expect(configFile.locations().find((location) => location.id === id)?.place).toEqual({ root: 'cupboard', path: 'attic' });
  });
});
