import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { password } from '../../archive/written-backup.fixture.js';
import { indexCipherKey, sealMacKey } from '../../keys/seal-key.js';
import type { Seal, Sidecar } from '../sidecar.js';
import { canonicalJson } from './canonical-json.js';
import { packLeaves } from './leaves.js';
import { macOf, sealDigest } from './seal.js';
import { leavesIn, sealMaterial } from './sealed-backup.fixture.js';

const page = readFileSync(new URL('../../../../../docs/backup-format.md', import.meta.url), 'utf8');

/** What the page's test vectors call `name`. */
function onPage(name: string): string {
  const value = new RegExp(`^\\| ${name} \\| \`(.*)\` \\|$`, 'm').exec(page)?.[1];
  if (value === undefined) throw new Error(`docs/backup-format.md has no test vector "${name}".`);
  return value;
}

test('the test vectors of docs/backup-format.md are what the code makes: keys', async () => {
  const { salt, root } = await sealMaterial();
  expect(onPage('password')).toBe(password);
  expect(onPage('salt')).toBe(salt.toString('hex'));
  expect(onPage('seal root')).toBe(root.toString('hex'));
  expect(onPage('MAC key')).toBe(sealMacKey(root).toString('hex'));
  expect(onPage('index salt')).toBe(Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('hex'));
  expect(onPage('index key')).toBe(indexCipherKey(root, Buffer.from(onPage('index salt'), 'hex')).toString('hex'));
});

test('the test vectors of docs/backup-format.md are what the code makes: a small sidecar', async () => {
  const { root } = await sealMaterial();
  const canonical = onPage('canonical JSON');
  const sealed = JSON.parse(canonical) as Sidecar & { readonly seal: Seal };
  expect(canonicalJson(sealed)).toBe(canonical);
  expect(macOf(sealed, root).toString('hex')).toBe(onPage('MAC'));
  const stored = { ...sealed, seal: { ...sealed.seal, mac: onPage('MAC') } };
  expect(macOf(stored, root).toString('hex')).toBe(onPage('MAC'));
  expect(sealDigest(stored)).toBe(onPage('digest'));
});

test('the test vectors of docs/backup-format.md are what the code makes: the leaves of 2.5 MiB', () => {
  const file = Buffer.from(Array.from({ length: 2_621_440 }, (_, i) => (i * 31 + Math.floor(i / 1000)) % 256));
  expect(onPage('SHA-256 of the file')).toBe(createHash('sha256').update(file).digest('hex'));
  const leaves = leavesIn(file);
  expect(leaves).toHaveLength(3);
  for (const [number, leaf] of leaves.entries()) expect(onPage(`leaf ${number}`)).toBe(leaf.toString('hex'));
  expect(onPage('root')).toBe(packLeaves(leaves).root);
});
