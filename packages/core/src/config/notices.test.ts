import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memorySource, writePackage } from '../providers/package.fixture.js';
import { dataDirectory } from './data-directory.fixture.js';

const texts = { 'memory.label': 'Memory shelf', 'memory.shelf': 'Shelf' };
const password = 'correct horse';
const source = memorySource.replace(
  'async [Symbol.asyncDispose]',
  `async check() {
    return [
      { id: 'key-expires', message: '%expires%', placeholders: { days: '7' } },
      { id: 'quotes', message: 'It has the password ' + config.password + '.' },
      { id: 'key-expires', message: '%expires%', placeholders: { days: '6' } },
    ];
  },
  async [Symbol.asyncDispose]`,
);

test('what a provider has to say of a place comes with its texts, each thing once, and without secrets', async () => {
  const data = await dataDirectory();
  const folder = await writePackage(join(data.above, 'memory'), {
    source,
    files: { 'package.nls.json': JSON.stringify({ ...texts, expires: 'The key expires in {days} days.' }) },
  });
  const { locations, flows } = await data.run({ folders: [folder] });
  const notices = [
    { id: 'key-expires', message: 'The key expires in 6 days.' },
    { id: 'quotes', message: 'It has the password ********.' },
  ];
  const added = await locations.add({ provider: 'memory', config: { shelf: 'a', password } });
  expect(added.notices).toEqual(notices);
  expect(locations.get(added.id)).not.toHaveProperty('notices');
  expect((await locations.update(added.id, { config: { shelf: 'a', copies: 3, password } })).notices).toEqual(notices);
  expect(await locations.check(added.id)).toEqual(notices);
  const { token } = await flows.start({ kind: 'setup', provider: 'memory' });
  expect((await flows.answer(token, { shelf: 'b', password })).step).toMatchObject({ type: 'done', notices });
});
