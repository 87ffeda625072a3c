import { mkdir, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './local.fixture.js';
import { placeOfFolder } from './place-of-folder.js';

test('a folder is at one place, whichever way leads to it', async () => {
  const folder = await realpath(await temporaryFolder());
  await mkdir(join(folder, 'real'));
  await symlink(join(folder, 'real'), join(folder, 'link'));
  const place = { root: 'file:/', path: `${folder.slice(1)}/real` };
  expect(await placeOfFolder({ path: join(folder, 'real') })).toEqual(place);
  expect(await placeOfFolder({ path: `${folder}/./link/` })).toEqual(place);
  expect(await placeOfFolder({ path: join(folder, 'link', 'new', 'newer') })).toEqual({ ...place, path: `${place.path}/new/newer` });
  expect(await placeOfFolder({ path: '/' })).toEqual({ root: 'file:/', path: '' });
});
