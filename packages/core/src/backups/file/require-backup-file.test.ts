import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { expectedOf, readFixture } from '../../archive/home-assistant.fixture.js';
import { fixturePath, makeMetadata, makeTar, testFile, testFolder } from './made-file.fixture.js';
import { requireBackupFile } from './require-backup-file.js';

const inner = gzipSync(
  makeTar([
    { path: './homeassistant.json', content: '{}' },
    { path: 'data/x', content: 'x' },
  ]),
);
const backup = makeTar([{ path: 'share.tar.gz', content: inner }, makeMetadata()]);

function encryptedInner(): Buffer {
  const file = readFixture('small-v2.tar');
  const at = file.indexOf('SecureTar');
  return file.subarray(at, at + (expectedOf('small-v2.tar').outer[0]?.size ?? 0));
}

test.each([
  ['an empty file', '', 'it is empty'],
  ['a text', 'root:x:0:0:root:/root:/bin/bash\n'.repeat(40), 'does not begin with a tar header'],
  ['a short text', 'hello\n', 'does not begin with a tar header'],
  ['an inner archive', inner, 'give the whole .tar file that it came out of'],
  ['an unpacked inner archive', makeTar([{ path: './addon.json' }]), 'an inner archive of a backup'],
  ['an encrypted inner archive', encryptedInner(), 'an inner archive of a backup'],
  ['a compressed archive', gzipSync(makeTar([{ path: 'photo.jpg' }])), 'a compressed archive; if it came out of a backup'],
  ['a compressed backup', gzipSync(backup), 'compressed once more'],
  ['something compressed', gzipSync('hello'), 'a gzip file of something else'],
  ['another tar', makeTar([{ path: 'photo.jpg', content: 'x' }]), 'it holds no backup.json'],
])('%s is no backup, and it is said what it is', async (_, content, what) => {
  const path = await testFile('backup.tar', content);
  await expect(requireBackupFile(path)).rejects.toMatchObject({ code: 'not-a-backup', message: expect.stringContaining(what) });
});

test('a folder and a device are none either, and what is not there can not be read', async () => {
  const folder = await testFolder();
  await expect(requireBackupFile(folder)).rejects.toMatchObject({ code: 'not-a-backup', message: expect.stringContaining('a folder') });
  await expect(requireBackupFile('/dev/null')).rejects.toMatchObject({ code: 'not-a-backup' });
  await expect(requireBackupFile(`${folder}/none`)).rejects.toMatchObject({ code: 'backup-file-unreadable' });
});

test('a backup is one, with what a scan finds; one that is cut short tells so when it is scanned', async () => {
  const found = await requireBackupFile(fixturePath('full-v1.tar'));
  expect(found.scan().members).toHaveLength(5);
  for (const length of [100, 400, 700, 1500]) {
    const cut = await requireBackupFile(await testFile('cut.tar', backup.subarray(0, length)));
    expect(() => cut.scan()).toThrow(expect.objectContaining({ code: 'truncated' }));
  }
});
