import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readFixture } from '../../archive/home-assistant.fixture.js';
import { createBackupFiles } from './backup-files.js';
import { fixturePath, makeMetadata, makeTar, testFile } from './made-file.fixture.js';

const files = createBackupFiles();

test.each([
  ['full-v1.tar', 'securetar-1', true, true],
  ['full-v2.tar', 'securetar-2', true, true],
  ['full-v3.tar', 'securetar-3', true, true],
  ['small-v3-nogzip.tar', 'securetar-3', true, false],
  ['full-plain.tar', 'plain', false, true],
] as const)('%s is %s', async (name, format, isProtected, gzip) => {
  const info = await files.info(fixturePath(name));
  expect(info).toMatchObject({ format, protected: isProtected, disagreeing: [], seal: 'no-sidecar' });
  expect(info.size).toBe(readFixture(name).length);
  expect(info).not.toHaveProperty('keyFits');
  const archives = info.members.filter(({ kind }) => kind === 'inner-archive');
  expect(new Set(archives.map((member) => member.gzip))).toEqual(new Set([gzip]));
  expect(info.members.map(({ name: member }) => member)).toContain('backup.json');
});

test.each(['small-v1-pax', 'small-v2', 'small-v3'])('a key is tried on all members of %s', async (name) => {
  const file = fixturePath(`${name}.tar`);
  const key = await readFile(fixturePath(`${name}.key`), 'utf8');
  expect(await files.info(file, { passwords: [key.toLowerCase()] })).toMatchObject({ keyFits: true });
  expect(await files.info(file, { passwords: ['wrong'] })).toMatchObject({ keyFits: false });
});

test('what backup.json says of the encryption need not be true', async () => {
  const encrypted = readFixture('real-ha-v2.tar');
  const at = encrypted.indexOf('SecureTar');
  const ssl = { path: 'ssl.tar.gz', content: encrypted.subarray(at, at + 256) };
  const share = { path: 'share.tar.gz', content: gzipSync(makeTar([{ path: 'a' }])) };
  const unknown = { path: 'media.tar.gz', content: Buffer.concat([Buffer.from('SecureTar\x04'), Buffer.alloc(600)]) };
  const mixed = await files.info(await testFile('x.tar', makeTar([ssl, share, unknown, makeMetadata()])), { passwords: ['test'] });
  expect(mixed).toMatchObject({ format: 'mixed', disagreeing: ['ssl.tar.gz', 'media.tar.gz'], keyFits: true });
  expect(mixed.members.map(({ format, keyFits }) => [format, keyFits])).toEqual([
    ['securetar-2', true],
    ['plain', undefined],
    ['unknown', undefined],
    [undefined, undefined],
  ]);
  const none = await files.info(await testFile('x.tar', makeTar([makeMetadata({ supervisor_version: '2026.08.0' })])));
  expect(none).toMatchObject({ format: 'none', madeBy: 'Home Assistant Supervisor 2026.08.0' });
});

test('a sidecar beside the file is told', async () => {
  const path = await testFile('x.tar', makeTar([makeMetadata()]));
  await writeFile(`${path}.holdfast.json`, '{');
  expect(await files.info(path)).toMatchObject({ seal: 'unreadable' });
});
