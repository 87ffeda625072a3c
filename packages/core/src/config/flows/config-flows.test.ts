import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../providers/package.fixture.js';
import { cupboards, guided, stepOf } from './flow.fixture.js';

describe('the set-up of a type without steps of its own', () => {
  test('is one form: refused by the schema, then by the provider, then done', async () => {
    const { flows, locations, world } = await cupboards();
    const first = await flows.start({ kind: 'setup', provider: 'cupboard', title: 'Attic' });
    expect(first).toMatchObject({ kind: 'setup', provider: 'cupboard', token: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown });
    expect(stepOf(first, 'form')).toMatchObject({ id: 'start', secretFields: ['key'], keptSecrets: [], values: { size: 3 }, errors: [] });

    world.calls.length = 0;
    const wrong = stepOf(await flows.answer(first.token, { size: 'big', key: 'abc', shelv: 'x' }), 'form');
    expect(Object.fromEntries(wrong.errors.map(({ field, message }) => [field, message]))).toEqual({
      shelf: 'This is missing; expected a text.',
      size: 'Expected a whole number, found "big".',
      key: 'Expected a text of at least 4 characters.',
      shelv: 'There is no such setting. Did you mean "shelf"?',
    });
    expect(wrong.values).toEqual({ size: 'big' });
    expect(world.calls).toEqual([]);

    const refused = stepOf(await flows.answer(first.token, { shelf: 'attic', key: 'wrong key' }), 'form');
    expect(refused.errors).toEqual([{ field: 'key', message: '"********" does not fit.' }]);
    expect(refused).toMatchObject({ values: { shelf: 'attic', size: 3 }, keptSecrets: ['key'] });
    expect(locations.list()).toEqual([]);

    const done = stepOf(await flows.answer(first.token, { shelf: 'attic', key: world.key }), 'done');
    expect(done).toEqual({ type: 'done', location: locations.get('Attic'), notices: [], warnings: [] });
    await expect(flows.resume(first.token)).rejects.toMatchObject({ code: 'unknown-flow' });
  });

  test('what cannot come to a good end is refused at once', async () => {
    const { flows, locations } = await cupboards();
    await locations.add({ provider: 'cupboard', title: 'Attic', config: { shelf: 'attic' } });
    await expect(flows.start({ kind: 'setup', provider: 'cupbord' })).rejects.toMatchObject({ code: 'unknown-provider' });
    await expect(flows.start({ kind: 'setup', provider: 'cupboard', title: 'attic' })).rejects.toMatchObject({ code: 'title-taken' });
    await expect(flows.start({ kind: 'reauth', location: 'atic' })).rejects.toMatchObject({ code: 'unknown-location' });
    expect(await flows.list()).toEqual([]);
  });

  test('a place that is taken ends nothing: another answer may do', async () => {
    const { flows, locations } = await cupboards();
    await locations.add({ provider: 'cupboard', title: 'Attic', config: { shelf: 'attic' } });
    const { token } = await flows.start({ kind: 'setup', provider: 'cupboard' });
    await expect(flows.answer(token, { shelf: 'ATTIC' })).rejects.toMatchObject({ code: 'location-exists' });
    await expect(flows.answer(token, { shelf: 'attic/left' })).rejects.toMatchObject({ code: 'location-overlaps' });
    expect(stepOf(await flows.resume(token), 'form').values).toEqual({ shelf: 'attic/left', size: 3 });
    stepOf(await flows.answer(token, { shelf: 'cellar' }), 'done');
  });
});

describe('the steps of a provider', () => {
  test('go on in a new run of the host at each of them', async () => {
    const { flows, run, locations } = await cupboards();
    let view = await flows.start({ kind: 'setup', provider: 'guided' });
    for (const [id, answer] of guided) {
      const { flows: next } = await run();
      expect(view.step).toMatchObject({ id });
      expect(await next.resume(view.token)).toEqual(view);
      view = await next.answer(JSON.parse(JSON.stringify(view.token)) as string, JSON.parse(JSON.stringify(answer)));
    }
    expect(view.step).toMatchObject({ type: 'done', location: { title: 'My cupboard', config: { shelf: 'attic', key: '********' } } });
    expect(locations.list()).toEqual([]);
    expect((await run()).locations.list()).toHaveLength(1);
  });

  test('a failure loses nothing that was answered, in this run or the next', async () => {
    const { flows, run, world, data } = await cupboards();
    const { token } = await flows.start({ kind: 'setup', provider: 'guided' });
    await flows.answer(token, { choice: 'own' });
    world.away = true;
    await expect(flows.answer(token, { key: 'open sesame', drawer: 'top' })).rejects.toMatchObject({
      code: 'flow-failed',
      details: { providerCode: 'unavailable' },
    });
    expect(await data.plainText()).not.toContain('open sesame');

    const { flows: next } = await run();
    expect(stepOf(await next.resume(token), 'form')).toMatchObject({ id: 'key', values: { drawer: 'top' }, keptSecrets: ['key'] });
    world.away = false;
    expect((await next.answer(token, { drawer: 'top', key: '' })).step).toMatchObject({ type: 'progress', id: 'looking' });
  });

  test('a form that the provider shows once more keeps its secrets, and nobody else gets them', async () => {
    const { flows, world } = await cupboards();
    const { token } = await flows.start({ kind: 'setup', provider: 'guided' });
    const form = await flows.answer(token, { choice: 'own' });
    world.nextStep = {
      step: { type: 'form', id: 'key', schema: stepOf(form, 'form').schema, errors: [{ field: 'drawer', message: 'Which?' }] },
    };
    const again = await flows.answer(token, { key: 'open sesame' });
    expect(stepOf(again, 'form')).toMatchObject({ keptSecrets: ['key'], errors: [{ field: 'drawer', message: 'Which?' }] });
    world.nextStep = { step: { type: 'form', id: 'another', schema: stepOf(form, 'form').schema } };
    expect(stepOf(await flows.answer(token, { drawer: 'top' }), 'form')).toMatchObject({ id: 'another', keptSecrets: [] });
  });

  test('an answer of the wrong kind is refused', async () => {
    const { flows } = await cupboards();
    const { token } = await flows.start({ kind: 'setup', provider: 'guided' });
    await expect(flows.answer(token, { choice: 'none' })).rejects.toMatchObject({ code: 'flow-answer-invalid' });
    await expect(flows.answer(token, 'own')).rejects.toMatchObject({ code: 'flow-answer-invalid' });
    const aborted = await flows.answer(token, { choice: 'other' });
    expect(aborted.step).toEqual({ type: 'abort', code: 'aborted', reason: 'Ask somebody first.' });
    expect(await flows.list()).toEqual([]);
  });

  test('two answers to one step are not both taken for the first', async () => {
    const { flows, world } = await cupboards();
    const { token } = await flows.start({ kind: 'setup', provider: 'guided' });
    const answers = await Promise.allSettled([flows.answer(token, { choice: 'own' }), flows.answer(token, { choice: 'own' })]);
    expect(world.calls.filter((call) => call === 'next way')).toHaveLength(1);
    expect(answers[1]).toMatchObject({
      status: 'fulfilled',
      value: { step: { id: 'key', errors: [expect.anything(), expect.anything()] } },
    });
  });

  test.each<[string, unknown]>([
    ['no step', { step: { type: 'dance', id: 'x' } }],
    ['an empty menu', { step: { type: 'menu', id: 'x', options: [] } }],
    ["the host's own id", { step: { type: 'message', id: 'start' } }],
    ['a page that is none', { step: { type: 'external', id: 'x', url: 'javascript:alert(1)' } }],
    [
      'a schema with an unknown annotation',
      { step: { type: 'form', id: 'x', schema: { type: 'object', properties: { a: { 'x-secrte': true } } } } },
    ],
  ])('%s is the fault of the provider, and the flow stays where it was', async (_, wrong) => {
    const { flows, world } = await cupboards();
    const { token } = await flows.start({ kind: 'setup', provider: 'guided' });
    world.nextStep = wrong;
    await expect(flows.answer(token, { choice: 'own' })).rejects.toMatchObject({ code: 'provider-broken' });
    world.nextStep = undefined;
    expect((await flows.answer(token, { choice: 'own' })).step).toMatchObject({ id: 'key' });
  });
});

describe('the life of a flow', () => {
  test('cancelling stops the work of its step and forgets it', async () => {
    const { flows, world, data } = await cupboards();
    const { token } = await flows.start({ kind: 'setup', provider: 'guided' });
    await flows.answer(token, { choice: 'own' });
    await flows.answer(token, { key: 'open sesame' });
    const begun = new Promise<AbortSignal>((resolve) => {
      world.working = (signal) => {
        resolve(signal);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
      };
    });
    const answer = refusalOf(flows.answer(token, {}));
    await begun;
    await flows.cancel(token);
    expect((await answer).details).toMatchObject({ providerCode: 'cancelled' });
    expect(await flows.list()).toEqual([]);
    expect(await data.read('secrets.json')).not.toContain('flow:');
    await expect(flows.cancel(token)).rejects.toMatchObject({ code: 'unknown-flow' });
  });

  test('it is forgotten with its secrets when nobody went on for a day', async () => {
    let now = new Date('2026-11-21T12:00:00Z');
    const { run, data } = await cupboards();
    const { flows } = await run({ clock: { now: () => now } });
    const { token } = await flows.start({ kind: 'setup', provider: 'guided' });
    await flows.answer(token, { choice: 'own' });
    await flows.answer(token, { key: 'open sesame' });
    expect(await data.read('secrets.json')).toContain(`flow:${token}`);
    expect(await data.modeOf(`flows/${token}.json`)).toBe(0o600);
    now = new Date('2026-11-22T11:00:00Z');
    expect(await flows.list()).toMatchObject([{ token, kind: 'setup', provider: 'guided', step: 'looking', type: 'progress' }]);
    now = new Date('2026-11-22T12:00:01Z');
    expect(await flows.list()).toEqual([]);
    expect(await data.read('secrets.json')).not.toContain('flow:');
    await expect(flows.resume(token)).rejects.toMatchObject({ code: 'unknown-flow' });
  });

  test('a token leads to no other file', async () => {
    const { flows } = await cupboards();
    for (const token of ['../config', '', 'x'.repeat(32)])
      await expect(flows.resume(token)).rejects.toMatchObject({ code: 'unknown-flow' });
  });

  test('with another version of the provider it is over', async () => {
    const { flows, provider, run } = await cupboards();
    const { token } = await flows.start({ kind: 'setup', provider: 'guided' });
    const { flows: next } = await run({ inline: [{ ...provider, manifest: { ...provider.manifest, version: '2.0.0' } }] });
    await expect(next.answer(token, { choice: 'own' })).rejects.toMatchObject({ code: 'flow-outdated' });
    expect(await next.list()).toEqual([]);
  });
});
