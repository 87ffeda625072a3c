import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { plainSource, writeLibrary, writeProvider } from './provider-package.fixture.js';
import { makePackagesPlace } from './provider-packages.fixture.js';
import { startRegistry, type TestRegistry } from './registry/registry.fixture.js';

const program = fileURLToPath(new URL('install-provider.mjs', import.meta.url));
const name = 'holdfast-provider-mortal';
let registry: TestRegistry;

beforeAll(async () => {
  registry = await startRegistry();
  // Of some size, so that there is time to be killed in.
  const files = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`lib/${index}.js`, `export const text = '${'x'.repeat(2_000)}';\n`]),
  );
  await registry.publish(writeLibrary('mortal-words', '1.0.0'));
  for (const version of ['1.0.0', '2.0.0'])
    await registry.publish(
      writeProvider({
        name,
        version,
        source: `import 'mortal-words';\n${plainSource}`,
        files,
        fields: { dependencies: { 'mortal-words': '1.0.0' } },
      }),
    );
}, 300_000);

afterAll(() => registry?.stop());

/** Starts the installation of a package in a process of its own, and kills it after a while. Returns how far it came. */
async function installAndKill(dataDir: string, spec: string, milliseconds: number): Promise<string> {
  const child = spawn(process.execPath, [program, dataDir, registry.url, registry.cache, spec], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (part) => (output += String(part)));
  const ended = once(child, 'close');
  while (!output.startsWith('ready') && child.exitCode === null) await sleep(5);
  await Promise.race([ended, sleep(milliseconds)]);
  child.kill('SIGKILL');
  await ended;
  return output.trim().split('\n').at(-1) ?? '';
}

test('whenever an update is killed, the old or the new version is there, whole', async () => {
  const before = makePackagesPlace(registry);
  onTestFinished(() => before[Symbol.dispose]());
  const { dataDir, call } = before;
  await before.packages.install(`${name}@1.0.0`, call);

  const begun = performance.now();
  await installAndKill(dataDir, `${name}@2.0.0`, 60_000);
  const whole = performance.now() - begun;
  expect(before.packages.get(name).version).toBe('2.0.0');

  const reached = new Set<string>();
  for (let point = 0; point < 12; point += 1) {
    // The next process finds what the one before left, and starts from one good version.
    await before.packages.install(`${name}@1.0.0`, call);
    await before.packages.remove(name);
    await before.packages.install(`${name}@1.0.0`, call);
    reached.add(await installAndKill(dataDir, `${name}@2.0.0`, (whole * point) / 11));

    const after = makePackagesPlace(registry, dataDir);
    const found = after.packages.get(name);
    expect(['1.0.0', '2.0.0']).toContain(found.version);
    expect(await after.packages.check()).toEqual([]);
    expect(readFileSync(join(found.folder, 'lib', '199.js'), 'utf8')).toHaveLength(2_024);
    // And nothing stands in the way of the next change.
    expect(await after.packages.install(`${name}@2.0.0`, call)).toMatchObject({ provider: { version: '2.0.0' } });
    expect(await after.packages.check()).toEqual([]);
  }
  // Else it was killed at one point only.
  expect(reached.size).toBeGreaterThan(2);
});
