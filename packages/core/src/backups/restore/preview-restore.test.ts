import { expect, test } from 'vitest';
import { previewRestore } from './preview-restore.js';
import type { ContentEntry } from './restore-result.js';

async function* contents(...entries: readonly Pick<ContentEntry, 'path' | 'type' | 'linkPath'>[]): AsyncGenerator<ContentEntry> {
  for (const entry of entries) yield { source: 'docs', size: 0, mode: 0o644, mtime: 0, ...entry };
}

test('a preview refuses what a restore would refuse, and nothing else', async () => {
  const result = await previewRestore(
    contents(
      { path: 'good', type: 'file' },
      { path: 'same', type: 'hardlink', linkPath: 'good' },
      { path: 'evil', type: 'hardlink', linkPath: '../../etc/passwd' },
      { path: '../evil', type: 'file' },
      { path: 'out', type: 'symlink', linkPath: '..' },
      { path: 'out/evil', type: 'file' },
    ),
  );
  expect(result.problems.map(({ path, code }) => [path, code])).toEqual([
    ['evil', 'outside-target'],
    ['../evil', 'outside-target'],
    ['out/evil', 'through-link'],
  ]);
  expect(result.entries?.map(({ path }) => path)).toEqual(['good', 'same', 'out']);
});
