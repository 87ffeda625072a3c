import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestPlace } from '@holdfast/provider-kit';
import { testProvider } from '@holdfast/provider-kit/vitest';

async function newFolder(): Promise<TestPlace> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-local-'));
  return {
    config: { path },
    async leftovers() {
      const names = await readdir(path, { recursive: true });
      return names.filter((name) => basename(name).startsWith('.holdfast-') && !name.startsWith('.holdfast-location-'));
    },
    async corrupt(key) {
      const file = await open(join(path, key), 'r+');
      await file.write(Buffer.from('damaged'), 0, 7, 1_000);
      await file.close();
    },
    async putForeign(name, content) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), content);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

testProvider(
  {
    folder: fileURLToPath(new URL('..', import.meta.url)),
    module: () => import('./index.js'),
    place: newFolder,
    refused: [
      {
        name: 'folder in a folder that is missing',
        config: ({ config }) => ({ path: join(textOf(config['path']), 'no', 'such') }),
        field: 'path',
      },
      { name: 'path that is relative', config: () => ({ path: 'backups' }), field: 'path' },
      { name: 'file', config: () => ({ path: fileURLToPath(import.meta.url) }), field: 'path' },
    ],
    // It has no pages: enough that it reads several folders.
    pageOfList: 30,
  },
  { isolation: 'inline' },
);
