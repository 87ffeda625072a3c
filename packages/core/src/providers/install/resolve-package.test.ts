import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../package.fixture.js';
import { resolvePackage } from './resolve-package.js';

test('a folder is one also where npm would look for a repository on GitHub', async () => {
  const where = await temporaryFolder();
  await mkdir(join(where, 'dist', 'shelf'), { recursive: true });
  const options = { registry: 'http://127.0.0.1:1/', cache: join(where, 'cache'), where };
  expect(await resolvePackage('dist/shelf', options)).toEqual({ kind: 'folder', folder: join(where, 'dist', 'shelf') });
  await expect(resolvePackage('dist/elsewhere', options)).rejects.toMatchObject({ code: 'package-spec-invalid' });
});
