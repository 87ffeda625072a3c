import { expect, test } from 'vitest';
import { cupboards, guided, stepOf } from './flow.fixture.js';

test('two processes that go on with the same set-up make one location, and the later one is told', async () => {
  const { flows, run, world, locations } = await cupboards();
  const { flows: other } = await run();
  const { token } = await flows.start({ kind: 'setup', provider: 'guided' });
  for (const [, answer] of guided.slice(0, 2)) await flows.answer(token, answer);
  let goOn = () => {};
  const working = new Promise<void>((started) => {
    world.working = () =>
      new Promise((resolve) => {
        goOn = resolve;
        started();
      });
  });
  const answered = flows.answer(token, {});
  await working;
  await expect(other.answer(token, {})).rejects.toMatchObject({ code: 'flow-busy', details: { pid: process.pid } });
  await expect(other.cancel(token)).rejects.toMatchObject({ code: 'flow-busy' });
  goOn();
  world.working = async () => {};
  let { step } = await answered;
  for (const [id, answer] of guided.slice(3)) {
    expect(step).toMatchObject({ id });
    ({ step } = await other.answer(token, answer));
  }
  const { location } = stepOf({ token, kind: 'setup', provider: 'guided', step }, 'done');
  await expect(flows.answer(token, { shelf: 'attic' })).rejects.toMatchObject({ code: 'unknown-flow' });
  await locations.update(location.id, { config: { shelf: 'attic', key: world.key } });
  expect(locations.list()).toHaveLength(1);
});

test('a set-up whose location another process removed meanwhile is over', async () => {
  const { flows, run, locations, world } = await cupboards();
  const { id } = await locations.add({ provider: 'cupboard', config: { shelf: 'attic', key: world.key } });
  const { token } = await flows.start({ kind: 'reconfigure', location: id });
  await (await run()).locations.remove(id);
  await expect(flows.answer(token, { shelf: 'cellar' })).rejects.toMatchObject({ code: 'unknown-location' });
  expect(await flows.list()).toEqual([]);
});
