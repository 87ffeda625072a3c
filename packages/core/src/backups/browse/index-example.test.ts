import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openIndex } from '../../archive/index/index-reader.js';
import { indexCipherKey } from '../../keys/seal-key.js';

const page = readFileSync(new URL('../../../../../docs/backup-format.md', import.meta.url), 'utf8');
const example = /^## The index\n.*?^### Example\n(.*?)^## /ms.exec(page)?.[1] ?? '';

test('the index in the documentation is read as it says there', async () => {
  const key = indexCipherKey(Buffer.from(Array.from({ length: 32 }, (_, index) => index)), Buffer.alloc(32, 0xaa));
  expect(example).toContain(key.toString('hex'));
  const bytes = Buffer.from((/```\n([0-9a-f\n]+)```/.exec(example)?.[1] ?? '').replaceAll('\n', ''), 'hex');
  const sha256 = /^`([0-9a-f]{64})`/m.exec(example)?.[1] ?? '';
  const root = { offset: 149, length: 268, sha256 };
  const index = await openIndex(async (offset, length) => bytes.subarray(offset, offset + length), { size: bytes.length, root }, key);
  expect(index.archives()).toEqual([
    {
      member: 'docs.tar.gz',
      offset: 3072,
      size: 224,
      format: 'securetar-2',
      plaintextSize: 170,
      gzip: true,
      blocks: { headerLength: 11, blockSize: 262_144, sizes: [149] },
      salt: Buffer.alloc(16, 0xbb),
    },
  ]);
  const owner = { uid: 1000, gid: 1000 };
  const found = [];
  for await (const entry of index.entries('docs.tar.gz')) found.push(entry);
  expect(found).toEqual([
    { entry: { path: '.', type: 'directory', size: 0, mode: 0o755, mtime: 1_700_000_000, ...owner }, offset: 512 },
    {
      entry: { path: 'a.txt', type: 'file', size: 5, mode: 0o644, mtime: 1_700_000_000.5, ...owner },
      offset: 1024,
      sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    },
    { entry: { path: 'b', type: 'symlink', size: 0, mode: 0o777, mtime: 1_700_000_000, linkPath: 'a.txt', ...owner }, offset: 2048 },
  ]);
});
