import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { ConfigFlows } from './flow-view.js';
import { cupboards, guided } from './flow.fixture.js';

test('no secret gets into a view, a file, an error or the log', async () => {
  const canary = 'canary-7f3e91';
  const seen: unknown[] = [];
  const note = (message: string) => void seen.push(message);
  const { run, data, world } = await cupboards();
  const { flows, locations } = await run({ log: { debug: note, info: note, warn: note, error: note } });
  const attempt = async (call: Promise<unknown>) => {
    const result: unknown = await call.catch((error: unknown) => error);
    seen.push(inspect(result, { depth: 20, showHidden: true }), JSON.stringify(result), await data.plainText());
  };
  const answerAll = async (from: ConfigFlows, token: string) => {
    for (const [, answer] of guided) await attempt(from.answer(token, JSON.parse(JSON.stringify(answer).replace('open sesame', canary))));
  };

  const plain = await flows.start({ kind: 'setup', provider: 'cupboard' });
  await attempt(flows.answer(plain.token, { key: canary, kye: canary }));
  await attempt(flows.answer(plain.token, { key: canary, shelf: 'attic' }));
  world.key = canary;
  world.away = true;
  await attempt(flows.answer(plain.token, { key: canary, shelf: 'attic' }));
  world.away = false;

  const steps = await flows.start({ kind: 'setup', provider: 'guided' });
  await attempt(flows.answer(steps.token, { choice: 'own' }));
  world.nextStep = {
    step: {
      type: 'form',
      id: 'odd',
      title: `Is it ${canary}?`,
      placeholders: { key: canary },
      values: { key: canary, shelf: `${canary}!` },
    },
  };
  await attempt(flows.answer(steps.token, { key: canary }));
  world.nextStep = undefined;
  await flows.cancel(steps.token);
  await answerAll(flows, (await flows.start({ kind: 'setup', provider: 'guided' })).token);
  const [location] = locations.list();
  if (location === undefined) throw new Error('There is no location.');
  world.key = 'another';
  const renewal = await flows.start({ kind: 'reauth', location: location.id });
  await attempt(flows.answer(renewal.token, { key: canary }));
  await attempt(flows.list());

  expect(await data.read('secrets.json')).toContain(canary);
  expect(seen.join('\n')).toContain('********');
  expect(seen.filter((text) => String(text).includes(canary))).toEqual([]);
});
