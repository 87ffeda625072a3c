import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { writeOutputBackup } from './output-file.js';
import { testFile, testFolder } from './made-file.fixture.js';
import { putInPlace } from './put-in-place.js';

const holding = (content: string) =>
  async function* () {
    yield { type: 'data' as const, bytes: Buffer.from(content) };
  };

test('what goes beside a file is written with it, and what belonged to the one before goes with that', async () => {
  const to = join(await testFolder(), 'x.tar');
  const written = await writeOutputBackup(to, false, { backup: holding('one'), index: holding('index'), sidecar: holding('sidecar') });
  expect(written).toEqual([
    { path: to, size: 3 },
    { path: `${to}.holdfast.index`, size: 5 },
    { path: `${to}.holdfast.json`, size: 7 },
  ]);
  await writeOutputBackup(to, true, { backup: holding('two') });
  expect(await readdir(dirname(to))).toEqual(['x.tar']);
  expect(await readFile(to, 'utf8')).toBe('two');
});

test('a sidecar of another file that lies there is not taken for the new one: it is refused before anything is read', async () => {
  const sidecar = await testFile('x.tar.holdfast.json', 'old');
  const backup = () => expect.fail('nothing is to be read');
  await expect(writeOutputBackup(join(dirname(sidecar), 'x.tar'), false, { backup })).rejects.toMatchObject({
    code: 'file-exists',
    details: { path: sidecar },
  });
});

test.each([true, false])('if one name can not be given, none is, and what was there is back (overwrite: %s)', async (overwrite) => {
  const folder = await testFolder();
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  await writeFile(`${first}.part`, 'new');
  if (overwrite) for (const path of [first, second]) await writeFile(path, 'old');
  const files = [first, second].map((path) => ({ path, temporary: `${path}.part` }));
  await expect(putInPlace(files, overwrite, 'token')).rejects.toMatchObject({ code: 'file-not-writable', details: { path: second } });
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.part'));
  expect(names).toEqual(overwrite ? ['first', 'second'] : []);
  for (const name of names) expect(await readFile(join(folder, name), 'utf8')).toBe('old');
});
