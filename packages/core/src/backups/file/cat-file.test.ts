import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bytesOf, expectedOf, passwordsOf, sha256Of } from '../../archive/home-assistant.fixture.js';
import { createBackupFiles } from './backup-files.js';
import { fixturePath, makeMetadata, makeTar, testFile } from './made-file.fixture.js';

const files = createBackupFiles();
const inner = (...paths: string[]) => gzipSync(makeTar(paths.map((path) => ({ path, content: `content of ${path}` }))));

test.each(['full-v1.tar', 'full-v2.tar', 'full-v3.tar', 'full-plain.tar'])('a file comes out of %s as it was', async (name) => {
  const path = 'data/big/random.bin';
  const wanted = expectedOf(name).archives['homeassistant.tar.gz']?.entries.find((entry) => entry.path === path)?.sha256;
  expect(await sha256Of(files.cat(fixturePath(name), `homeassistant:${path}`, { passwords: passwordsOf(name) }))).toBe(wanted);
});

test('hard links are followed, and what is no file is told', async () => {
  const cat = async (path: string) => (await bytesOf(files.cat(fixturePath('full-plain.tar'), path))).toString();
  expect(await cat('data/links/hard_b')).toBe(await cat('data/links/hard_a'));
  await expect(cat('share:link')).rejects.toMatchObject({ code: 'path-not-a-file', message: expect.stringContaining('to readme.txt') });
  await expect(cat('homeassistant:data')).rejects.toMatchObject({ code: 'path-not-a-file' });
  await expect(cat('homeassistant:nothing')).rejects.toMatchObject({ code: 'path-not-in-backup' });
});

test('without a source, the first that has the path is taken; a colon is part of a name unless a source is before it', async () => {
  const file = await testFile(
    'x.tar',
    makeTar([
      { path: 'a.tar.gz', content: inner('one') },
      { path: 'b.tar.gz', content: inner('one', 'two', 'a:b', 'x:y') },
      makeMetadata(),
    ]),
  );
  const cat = async (path: string) => (await bytesOf(files.cat(file, path))).toString();
  expect(await cat('two')).toBe('content of two');
  expect(await cat('./x:y')).toBe('content of x:y');
  expect(await cat('b:a:b')).toBe('content of a:b');
  await expect(cat('a:b')).rejects.toMatchObject({ code: 'path-not-in-backup' });
});

test('damage behind the file is found too', async () => {
  const archive = inner('one', 'two');
  archive.writeUInt32LE(0, archive.length - 8);
  const file = await testFile('x.tar', makeTar([{ path: 'share.tar.gz', content: archive }, makeMetadata()]));
  await expect(bytesOf(files.cat(file, 'one'))).rejects.toMatchObject({ code: 'corrupt' });
});

test('a wrong key is told before the first byte', async () => {
  for (const name of ['small-v2.tar', 'small-v3.tar']) {
    const reading = files.cat(fixturePath(name), 'configuration.yaml', { passwords: ['wrong'] });
    await expect(reading.next()).rejects.toMatchObject({ code: 'wrong-key' });
  }
});
