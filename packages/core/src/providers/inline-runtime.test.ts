import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createInlineRuntime } from './inline-runtime.js';
import { temporaryFolder, writePackage } from './package.fixture.js';
import { importEntry } from './provider-module.js';
import { readProviderPackage } from './provider-package.js';
import { describeRuntime } from './runtime-contract.fixture.js';
import { contextOf } from './runtime-subject.fixture.js';

describeRuntime('a provider inline', (found, log) => createInlineRuntime(found, undefined, { log }));

test('a main module that never ends is given up', async () => {
  const folder = await writePackage(join(await temporaryFolder(), 'node_modules', 'provider'), {
    source: 'await new Promise(() => {});',
  });
  const starting = importEntry(await readProviderPackage(folder), 20);
  await expect(starting).rejects.toMatchObject({
    code: 'provider-activation-failed',
    message: expect.stringContaining('had not started after') as unknown,
  });
});

test('tells how it is doing, and starts again after a failure', async () => {
  let works = false;
  const found = await readProviderPackage(await writePackage(join(await temporaryFolder(), 'node_modules', 'provider')));
  await using runtime = createInlineRuntime(found, async (what) => {
    if (!works) throw new Error('not yet');
    return importEntry(what);
  });
  expect(runtime.status()).toMatchObject({ package: found.name, isolation: 'inline', state: 'idle', requests: 0, hostPid: process.pid });
  await expect(runtime.activate()).rejects.toThrow('not yet');
  expect(runtime.status()).toMatchObject({ state: 'idle', lastError: { message: 'not yet' } });
  works = true;
  await runtime.validate('memory', { shelf: 'a' }, contextOf());
  expect(runtime.status()).toMatchObject({ state: 'running', reason: 'validate', requests: 1, timing: { spawn: 0 } });
});
