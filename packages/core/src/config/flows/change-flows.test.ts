import { describe, expect, test } from 'vitest';
import { cupboards, stepOf } from './flow.fixture.js';

describe('renewing credentials', () => {
  async function withLocation(provider: string) {
    const all = await cupboards();
    const { id } = await all.locations.add({ provider, title: 'Attic', config: { shelf: 'attic', key: all.world.key, size: 7 } });
    all.world.key = 'new key';
    return { ...all, id };
  }

  test('asks for the secrets alone, and keeps the rest and the id', async () => {
    const { flows, locations, id, world } = await withLocation('cupboard');
    const view = await flows.start({ kind: 'reauth', location: 'Attic' });
    expect(view.location).toBe(id);
    const form = stepOf(view, 'form');
    expect(Object.keys(form.schema['properties'] as object)).toEqual(['key']);
    world.opened.length = 0;
    const done = stepOf(await flows.answer(view.token, { key: 'new key' }), 'done');
    expect(done.location).toMatchObject({ id, title: 'Attic', config: { shelf: 'attic', size: 7, key: '********' } });
    expect(world.opened).toEqual([{ shelf: 'attic', firstUse: false }]);
    expect(locations.list()).toHaveLength(1);
  });

  test("by the provider's own steps leads to no other place", async () => {
    const { flows, world } = await withLocation('guided');
    const { token, step } = await flows.start({ kind: 'reauth', location: 'Attic' });
    expect(step).toMatchObject({ id: 'key' });
    world.nextStep = { step: { type: 'done', config: { shelf: 'cellar', key: 'new key' } } };
    await expect(flows.answer(token, { key: 'new key' })).rejects.toMatchObject({ code: 'location-elsewhere' });
    world.nextStep = undefined;
    stepOf(await flows.answer(token, {}), 'done');
  });

  test('works where the old ones are lost', async () => {
    const { flows, secrets, id, locations, configFile } = await withLocation('cupboard');
    await secrets.set(id, undefined);
    await configFile.update((stored) => stored.map((location) => ({ ...location, needsReauth: true as const })));
    expect(locations.get(id)).toMatchObject({ needsReauth: true });
    const { token } = await flows.start({ kind: 'reauth', location: id });
    const done = stepOf(await flows.answer(token, { key: 'new key' }), 'done');
    expect(done.location).not.toHaveProperty('needsReauth');
  });
});

describe('reconfiguring', () => {
  test('starts from the settings as they are, keeps secrets that are left out, and warns when the location moves', async () => {
    const { flows, locations, world } = await cupboards();
    const { id } = await locations.add({ provider: 'cupboard', title: 'Attic', config: { shelf: 'attic', key: world.key, size: 7 } });
    const view = await flows.start({ kind: 'reconfigure', location: id });
    expect(stepOf(view, 'form')).toMatchObject({ values: { shelf: 'attic', size: 7 }, keptSecrets: ['key'] });
    const done = stepOf(await flows.answer(view.token, { shelf: 'cellar', size: 8 }), 'done');
    expect(done.location.config).toEqual({ shelf: 'cellar', size: 8, key: '********' });
    expect(done.warnings).toEqual([expect.stringContaining('at another place now')]);

    const again = await flows.start({ kind: 'reconfigure', location: id });
    const without = stepOf(await flows.answer(again.token, { shelf: 'cellar', size: 9, key: null }), 'done');
    expect(without.location.config).toEqual({ shelf: 'cellar', size: 9 });
    expect(without.warnings).toEqual([]);
  });
});
