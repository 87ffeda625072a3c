import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll } from 'vitest';

let built: Promise<string> | undefined;

afterAll(async () => {
  if (built !== undefined) await rm(dirname(await built), { recursive: true, force: true });
});

/** The module that a provider's process starts with, bundled from its sources once for each test file. */
export function buildChildEntry(): Promise<string> {
  built ??= bundle();
  return built;
}

async function bundle(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-child-'));
  const build = await rolldown({
    input: fileURLToPath(new URL('./provider-process.ts', import.meta.url)),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
    treeshake: { moduleSideEffects: (id) => id.endsWith('provider-process.ts') },
    logLevel: 'silent',
  });
  const file = join(folder, 'provider-process.mjs');
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
  return file;
}
