import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { buildChildEntry } from '../child/child-entry.fixture.js';
import { temporaryFolder, writePackage } from '../package.fixture.js';
import { hostileSource, untilGone } from './hostile.fixture.js';

/** A host in a process of its own: it starts the provider, asks it for the key, and goes on for ever. */
async function writeHost(folder: string): Promise<string> {
  const source = join(folder, 'host.mjs');
  const module = JSON.stringify(fileURLToPath(new URL('./isolated-runtime.ts', import.meta.url)));
  const turnstile = JSON.stringify(fileURLToPath(new URL('./turnstile.ts', import.meta.url)));
  await writeFile(
    source,
    `import { createIsolatedRuntime } from ${module};
import { createTurnstile } from ${turnstile};
const [folder, entry, key] = process.argv.slice(2);
const type = { id: 'memory', features: new Set(), configSchema: {}, secretFields: [] };
const found = { name: 'hostile', version: '1.0.0', folder: folder + '/package', entry: 'main.js', types: [type], permissions: { network: [], filesystem: 'none' } };
const log = { debug() {}, info() {}, warn() {}, error() {} };
const { signal } = new AbortController();
const runtime = createIsolatedRuntime({ found, stateFolder: folder + '/state', grants: () => [], log, starts: createTurnstile(), entry });
const location = await runtime.open('memory', {}, { locationId: 'l', firstUse: true, stateFolder: folder, log, signal });
location.head(key, { signal }).catch(() => {});
console.log(runtime.status().pid);
if (key === 'end') console.log('over'); else setInterval(() => {}, 1000);
`,
  );
  const build = await rolldown({
    input: source,
    platform: 'node',
    external: /^node:/,
    treeshake: { moduleSideEffects: (id) => id === source },
    transform: { target: 'es2022' },
    logLevel: 'silent',
  });
  const file = join(folder, 'bundle', 'host.mjs');
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
  return file;
}

/** Starts the host; returns it and the number of its provider's process once that is at work. */
async function startHost(key: string) {
  const folder = await temporaryFolder();
  const attacks = {
    loop: `fs.writeFileSync('at-work', ''); for (;;) {}`,
    wait: `fs.writeFileSync('at-work', ''); return forever()`,
    end: '',
  };
  await writePackage(join(folder, 'package'), { source: hostileSource(attacks) });
  const host = spawn(process.execPath, [await writeHost(folder), folder, await buildChildEntry(), key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(host, 'exit').then(() => Promise.reject(new Error('The host ended.')));
  failed.catch(() => {});
  const [line] = (await Promise.race([once(host.stdout, 'data'), failed])) as [Buffer];
  if (key !== 'end') await untilWritten(join(folder, 'state', 'at-work'));
  return { host, pid: Number.parseInt(line.toString(), 10) };
}

async function untilWritten(path: string): Promise<void> {
  for (;;) {
    if ((await readFile(path).catch(() => undefined)) !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test.each(['loop', 'wait'])('a host that is killed takes its provider with it, also one in a busy loop (%s)', async (key) => {
  const { host, pid } = await startHost(key);
  expect(() => process.kill(pid, 0)).not.toThrow();
  host.kill('SIGKILL');
  await untilGone(pid);
});

test('a host that has nothing left to do ends, though nobody disposed of its provider', async () => {
  const { host, pid } = await startHost('end');
  const [code] = host.exitCode === null ? await once(host, 'exit') : [host.exitCode];
  expect(code).toBe(0);
  await untilGone(pid);
});
