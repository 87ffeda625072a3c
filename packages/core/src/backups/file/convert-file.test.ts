import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { passwordsOf } from '../../archive/home-assistant.fixture.js';
import { matchesFingerprint } from '../../keys/fingerprint.js';
import { fingerprintProperty } from '../wanted-key.js';
import { createBackupFiles } from './backup-files.js';
import { fixturePath, makeMetadata, makeTar, testFile, testFolder } from './made-file.fixture.js';

const files = createBackupFiles();
const v2 = fixturePath('small-v2.tar');
const passwords = passwordsOf('small-v2.tar');

test('decrypting and encrypting give backups that are whole, for their owner alone', async () => {
  const folder = await testFolder();
  const [plain, v3] = [join(folder, 'plain.tar'), join(folder, 'v3.tar')];
  const { path, size } = await files.decrypt(v2, plain, { passwords });
  expect({ path, size }).toEqual({ path: plain, size: (await stat(plain)).size });
  if (process.platform !== 'win32') expect((await stat(plain)).mode & 0o777).toBe(0o600);
  await files.encrypt(plain, v3, { newPassword: 'new', encryption: 'v3' });
  expect(await files.info(plain)).toMatchObject({ format: 'plain', protected: false });
  expect(await files.info(v3, { passwords: ['new'] })).toMatchObject({ format: 'securetar-3', protected: true, keyFits: true });
  const before = await files.verify(v2, { passwords });
  for (const verified of [await files.verify(plain), await files.verify(v3, { passwords: ['new'] })])
    expect({ files: verified.files, bytes: verified.bytes }).toEqual({ files: before.files, bytes: before.bytes });
  expect(await readdir(folder)).toEqual(['plain.tar', 'v3.tar']);
});

test('a file that is there is kept unless it is to be replaced, and also if something goes wrong', async () => {
  const there = await testFile('there.tar', 'there');
  await expect(files.decrypt(v2, there, { passwords })).rejects.toMatchObject({ code: 'file-exists' });
  await expect(files.decrypt(v2, there, { passwords: ['wrong'], overwrite: true })).rejects.toMatchObject({ code: 'wrong-key' });
  const flipped = fixturePath('bad-v2-bitflip.tar');
  await expect(files.decrypt(flipped, there, { passwords, overwrite: true })).rejects.toMatchObject({ code: 'corrupt' });
  expect(await readFile(there, 'utf8')).toBe('there');
  await files.decrypt(v2, there, { passwords, overwrite: true });
  expect(await readdir(dirname(there))).toEqual(['there.tar']);
  await expect(files.decrypt(v2, join(there, 'x.tar'), { passwords })).rejects.toMatchObject({ code: 'file-not-writable' });
});

test('a backup can be replaced by itself with another key', async () => {
  const file = await testFile('backup.tar', await readFile(v2));
  await files.encrypt(file, file, { passwords, newPassword: 'new', overwrite: true });
  expect(await files.info(file, { passwords: ['new'] })).toMatchObject({ format: 'securetar-2', keyFits: true });
});

test('a backup that names its key names the new one', async () => {
  const file = await testFile('x.tar', makeTar([makeMetadata({ extra: { [fingerprintProperty]: 'hf1-old' } })]));
  const to = join(dirname(file), 'to.tar');
  await files.encrypt(file, to, { newPassword: 'new' });
  const { keyFingerprint } = await files.info(to);
  expect(await matchesFingerprint('new', keyFingerprint ?? '')).toBe(true);
});

test('cancelling leaves nothing behind', async () => {
  const folder = await testFolder();
  const stop = new AbortController();
  const options = { passwords, signal: stop.signal, onProgress: () => stop.abort() };
  await expect(files.decrypt(v2, join(folder, 'x.tar'), options)).rejects.toMatchObject({ code: 'cancelled' });
  expect(await readdir(folder)).toEqual([]);
});
