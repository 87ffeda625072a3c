import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildChildEntry } from '../../providers/child/child-entry.fixture.js';
import { memorySource, refusalOf, silentLog, writePackage } from '../../providers/package.fixture.js';
import { createIsolatedRuntime } from '../../providers/process/isolated-runtime.js';
import { createTurnstile } from '../../providers/process/turnstile.js';
import { dataDirectory } from '../data-directory.fixture.js';

/** Dies in the middle of its second step as long as a file is there. */
const mortal = memorySource.replace(
  'configFlow: {',
  `configFlow: {
    async next({ step, answer, state }) {
      if (step === 'start') return { step: { type: 'form', id: 'word', schema: { type: 'object', properties: { word: { type: 'string', 'x-secret': true } } } } };
      if (step === 'word') {
        if (process.env.HOME !== undefined && (await import('node:fs')).existsSync(process.env.HOME + '/dies')) process.kill(process.pid, 'SIGKILL');
        return { step: { type: 'message', id: 'heard' }, state: answer.word };
      }
      return { step: { type: 'done', config: { shelf: 'a', password: state } } };
    },`,
);

test('a flow survives the death of the provider, and of the host, in the middle of a step', async () => {
  const data = await dataDirectory();
  const folder = await writePackage(join(data.above, 'memory'), { source: mortal });
  const entry = await buildChildEntry();
  const stateFolder = await mkdtemp(join(tmpdir(), 'holdfast-state-'));
  onTestFinished(() => rm(stateFolder, { recursive: true, force: true }));
  const run = () =>
    data.run({
      folders: [folder],
      createRuntime: (found) =>
        createIsolatedRuntime({
          found,
          stateFolder,
          grants: () => [],
          log: silentLog,
          starts: createTurnstile(),
          entry,
          limits: { restartDelays: [1] },
        }),
    });

  const { flows } = await run();
  const { token } = await flows.start({ kind: 'setup', provider: 'memory' });
  await writeFile(join(stateFolder, 'dies'), '');
  const error = await refusalOf(flows.answer(token, { word: 'open sesame' }));
  expect(error).toMatchObject({ code: 'flow-failed', details: { providerCode: 'unavailable' } });
  await rm(join(stateFolder, 'dies'));

  // The same host goes on with a new process of the provider, and then another host with one of its own.
  expect((await flows.resume(token)).step).toMatchObject({ type: 'form', id: 'word', keptSecrets: ['word'] });
  expect((await flows.answer(token, {})).step).toMatchObject({ type: 'message', id: 'heard' });
  const { flows: next, locations } = await run();
  expect((await next.answer(token, {})).step).toMatchObject({ type: 'done', location: { config: { shelf: 'a', password: '********' } } });
  expect(locations.list()).toHaveLength(1);
});
