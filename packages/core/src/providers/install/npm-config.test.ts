import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../package.fixture.js';
import { loadNpmOptions } from './npm-config.js';

test("the user's, the project's and the environment's settings of npm count where they say how packages are fetched", async () => {
  const folder = await temporaryFolder();
  const userConfig = join(folder, 'user-npmrc');
  await writeFile(
    userConfig,
    'registry=http://127.0.0.1:4873/mirror\n//127.0.0.1:4873/mirror/:_authToken=${TOKEN_OF_TEST}\nglobal=true\nomit[]=optional\n',
  );
  await writeFile(join(folder, '.npmrc'), '@shelves:registry=http://127.0.0.1:4874/\nhttps-proxy=http://127.0.0.1:3128/\n');
  await writeFile(join(folder, 'package.json'), '{}');
  process.env['TOKEN_OF_TEST'] = 'of-the-test';
  process.env['npm_config_fetch_timeout'] = '7000';
  onTestFinished(() => {
    delete process.env['TOKEN_OF_TEST'];
    delete process.env['npm_config_fetch_timeout'];
  });
  const options = await loadNpmOptions({ userConfig, folder });
  expect(options).toMatchObject({
    registry: 'http://127.0.0.1:4873/mirror/',
    '//127.0.0.1:4873/mirror/:_authToken': 'of-the-test',
    '@shelves:registry': 'http://127.0.0.1:4874/',
    httpsProxy: 'http://127.0.0.1:3128/',
    timeout: 7_000,
  });
  // What is about the user's own projects does not.
  expect(options).not.toHaveProperty('global');
  expect(options).not.toHaveProperty('omit');
});

test('an own registry is for packages of all scopes', async () => {
  const folder = await temporaryFolder();
  const userConfig = join(folder, 'user-npmrc');
  await writeFile(userConfig, '@shelves:registry=http://127.0.0.1:4874/\n');
  const options = await loadNpmOptions({ userConfig, folder, registry: 'http://127.0.0.1:4875' });
  expect(options.registry).toBe('http://127.0.0.1:4875/');
  expect(options).not.toHaveProperty('@shelves:registry');
});
