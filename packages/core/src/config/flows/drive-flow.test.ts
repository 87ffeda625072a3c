import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../providers/package.fixture.js';
import { createCupboards } from '../cupboard.fixture.js';
import { dataDirectory } from '../data-directory.fixture.js';
import { fieldErrorsOf } from '../validate-config.js';
import { driveFlow, type FlowAnswerer } from './drive-flow.js';
import type { StartFlow } from './flow-view.js';
import { valuesAnswerer } from './values-answerer.js';

async function cupboards() {
  const { world, provider } = createCupboards();
  const { flows, locations } = await (await dataDirectory()).run({ inline: [provider] });
  const drive = async (wanted: StartFlow, answerer: FlowAnswerer, limits = { pause: 1 }) =>
    driveFlow(flows, await flows.start(wanted), answerer, {}, limits);
  return { world, flows, locations, drive };
}

const setUp = (provider: string): StartFlow => ({ kind: 'setup', provider });

describe('values', () => {
  test('set a location up without anybody being asked', async () => {
    const { drive, world } = await cupboards();
    const answerer = valuesAnswerer({ shelf: 'attic', key: world.key });
    expect((await drive(setUp('cupboard'), answerer)).step).toMatchObject({
      type: 'done',
      location: { config: { shelf: 'attic', size: 3, key: '********' } },
    });
    expect(answerer.unused()).toEqual([]);
  });

  test('that are missing or wrong come out together', async () => {
    const { drive } = await cupboards();
    const error = await refusalOf(drive(setUp('cupboard'), valuesAnswerer({ key: 'abc', size: 'big', kee: 1 })));
    expect(error.code).toBe('config-invalid');
    expect(
      fieldErrorsOf(error)
        .map(({ field }) => field)
        .sort(),
    ).toEqual(['kee', 'key', 'shelf', 'size']);
  });

  test("that the provider refuses come out with the provider's words, and it is asked once", async () => {
    const { drive, world } = await cupboards();
    const error = await refusalOf(drive(setUp('cupboard'), valuesAnswerer({ shelf: 'bent' })));
    expect(fieldErrorsOf(error)).toEqual([{ field: 'shelf', message: 'This shelf is bent.' }]);
    expect(world.calls.filter((call) => call === 'validate')).toHaveLength(1);
  });

  test("go through a provider's steps, menus and codes included", async () => {
    const { drive, world } = await cupboards();
    const answerer = valuesAnswerer({ choose: 'own', key: world.key, code: '1234', last: { shelf: 'attic' }, colour: 'red' });
    expect((await drive(setUp('guided'), answerer)).step).toMatchObject({ type: 'done', location: { config: { shelf: 'attic' } } });
    expect(answerer.unused()).toEqual(['colour']);
  });

  test.each([
    ['a choice', {}, 'config-invalid', /"own", "other"/],
    ['a code that only a page can give', { way: 'own', key: 'open sesame' }, 'flow-needs-person', /https:\/\/example\.com\/code/],
  ])('lack %s, and that is told', async (_, values, code, message) => {
    const { drive } = await cupboards();
    const error = await refusalOf(drive(setUp('guided'), valuesAnswerer(values)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test('change only what they name, and the rest stays, secrets too', async () => {
    const { drive, locations, world } = await cupboards();
    const { id } = await locations.add({ provider: 'cupboard', config: { shelf: 'attic', key: world.key, size: 7 } });
    const { step } = await drive({ kind: 'reconfigure', location: id }, valuesAnswerer({ size: 8 }));
    expect(step).toMatchObject({ type: 'done', location: { config: { shelf: 'attic', size: 8, key: '********' } } });
  });
});

test('an answerer may be asked again after a failure, or give up', async () => {
  const { drive, world } = await cupboards();
  world.away = true;
  const failures: string[] = [];
  const patient: FlowAnswerer = {
    answer: async () => ({ shelf: 'attic' }),
    async failed(error) {
      failures.push(error.message);
      world.away = false;
      return true;
    },
  };
  expect((await drive(setUp('cupboard'), patient)).step).toMatchObject({ type: 'done' });
  expect(failures).toEqual([expect.stringContaining('Nobody is there.')]);
  world.away = true;
  await expect(drive(setUp('cupboard'), { answer: async () => ({ shelf: 'cellar' }) })).rejects.toMatchObject({ code: 'location-failed' });
});

test('progress is asked for by itself and shown, and one without end is given up', async () => {
  const { drive, world, flows } = await cupboards();
  const shown: (number | undefined)[] = [];
  const values = valuesAnswerer({ choose: 'own', key: world.key, code: '1', last: { shelf: 'attic' } });
  await drive(setUp('guided'), {
    ...values,
    progress: ({ step }) => void shown.push(step.type === 'progress' ? step.fraction : undefined),
  });
  expect(shown).toEqual([0, 1 / 3, 2 / 3]);

  world.nextStep = { step: { type: 'progress', id: 'looking' } };
  const endless = driveFlow(flows, await flows.start(setUp('guided')), values, {}, { pause: 1, progress: 50 });
  await expect(endless).rejects.toMatchObject({ code: 'flow-stalled' });
});

test('a drive ends with its signal', async () => {
  const { flows, world } = await cupboards();
  world.nextStep = { step: { type: 'progress', id: 'looking' } };
  const controller = new AbortController();
  const drive = driveFlow(flows, await flows.start(setUp('guided')), valuesAnswerer({}), { signal: controller.signal }, { pause: 1 });
  setTimeout(() => controller.abort(), 20);
  await expect(drive).rejects.toMatchObject({ code: 'flow-failed', details: { providerCode: 'cancelled' } });
});
