import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll } from 'vitest';

const built = new Map<string, Promise<string>>();

afterAll(async () => {
  for (const file of built.values()) await rm(dirname(await file), { recursive: true, force: true });
});

/** A module that runs in a process or thread of its own, bundled from its sources once for each test file. @returns its path */
export function bundledModule(module: URL): Promise<string> {
  const source = fileURLToPath(module);
  const before = built.get(source) ?? bundle(source);
  built.set(source, before);
  return before;
}

async function bundle(source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bundled-'));
  const build = await rolldown({
    input: source,
    platform: 'node',
    // What the bundler itself imports has to come along: there is no package beside the bundle.
    external: (id) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('@oxc-project/'),
    treeshake: { moduleSideEffects: (id) => id === source },
    transform: { target: 'es2022' },
    logLevel: 'silent',
  });
  const file = join(folder, basename(source).replace(/\.ts$/, '.mjs'));
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
  return file;
}
