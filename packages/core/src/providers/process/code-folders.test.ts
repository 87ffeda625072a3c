import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { codeFolders } from './code-folders.js';

async function makePackage(dependencies: object) {
  const place = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-code-')));
  onTestFinished(() => rm(place, { recursive: true }));
  const folder = join(place, 'node_modules', 'shelf');
  await mkdir(folder, { recursive: true });
  await mkdir(join(place, 'elsewhere'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'shelf', ...dependencies }));
  return { place, folder };
}

test('a dependency that is only linked may be read, as in a checkout', async () => {
  const { place, folder } = await makePackage({ dependencies: { '@example/boards': '*' } });
  await mkdir(join(place, 'node_modules', '@example'));
  await symlink(join(place, 'elsewhere'), join(place, 'node_modules', '@example', 'boards'));
  expect(codeFolders(folder)).toContain(join(place, 'elsewhere'));
});

test.each(['../elsewhere', '..', '@example/../../elsewhere', 'boards/../../elsewhere'])(
  'a dependency called %s opens no folder',
  async (name) => {
    const { place, folder } = await makePackage({ peerDependencies: { [name]: '*' } });
    const granted = codeFolders(folder);
    expect(granted).not.toContain(join(place, 'elsewhere'));
    expect(granted).not.toContain(place);
  },
);
