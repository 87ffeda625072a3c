import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memorySchema, memorySource, silentLog, temporaryFolder, writePackage } from '../../providers/package.fixture.js';
import { dataDirectory } from '../data-directory.fixture.js';
import { missingTexts } from './missing-texts.js';

const steps = `configFlow: {
    async next({ step, answer }) {
      const placeholders = { shelf: 'A-1' };
      if (step === 'start') return { step: { type: 'menu', id: 'ask', title: '%ask%', description: '%odd%', placeholders, options: [{ id: 'yes', label: '%yes%' }] } };
      return { step: { type: 'abort', reason: '%sorry%', placeholders } };
    },`;

const english = { 'memory.label': 'Memory', 'memory.shelf': 'Shelf', ask: 'Take shelf {shelf}?', yes: 'Yes {name}', sorry: 'Not {shelf}.' };
const german = {
  'memory.label': 'Speicher',
  'memory.shelf': 'Regal',
  ask: 'Regal {shelf} nehmen?',
  yes: 'Ja {name}',
  sorry: '{shelf} nicht.',
};

async function memoryPackage(folder: string, tables: Readonly<Record<string, object>>) {
  const files = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, JSON.stringify(table)]));
  return writePackage(folder, { source: memorySource.replace('configFlow: {', steps), files });
}

test.each([
  ['en', 'Take shelf A-1?', 'Not A-1.'],
  ['de', 'Regal A-1 nehmen?', 'A-1 nicht.'],
  ['de-AT', 'Regal A-1 nehmen?', 'A-1 nicht.'],
  ['fr', 'Take shelf A-1?', 'Not A-1.'],
])('a step comes in the language of the host: %s', async (locale, title, reason) => {
  const data = await dataDirectory();
  const tables = { 'package.nls.json': english, 'package.nls.de.json': german };
  const folder = await memoryPackage(join(data.above, 'memory'), tables);
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
  const { flows } = await data.run({ folders: [folder], locale, log });
  const { token, step } = await flows.start({ kind: 'setup', provider: 'memory' });
  expect(step).toMatchObject({ title, description: '%odd%' });
  expect((await flows.answer(token, { choice: 'yes' })).step).toEqual({ type: 'abort', code: 'sorry', reason });
  expect(warnings).toContainEqual(expect.stringContaining('has no text for %odd%'));
  expect(warnings).toContainEqual(expect.stringContaining('gives nothing for {name}'));
});

test('texts that are missing, not used, or differ in their placeholders are found', async () => {
  const folder = await temporaryFolder();
  const { sorry: _, ...short } = english;
  await memoryPackage(folder, {
    'package.nls.json': { ...short, odd: 'Odd.', old: 'Old.' },
    'package.nls.de.json': { ...german, ask: 'Nehmen?', 'memory.label': undefined, extra: 'Mehr.' },
    'schemas/memory.json': { ...memorySchema, title: '%memory.title%' },
  });
  const found = (await missingTexts(folder, ['main.js'])).map(({ file, key, problem }) => `${file} ${key} ${problem}`);
  expect(found.sort()).toEqual([
    'package.nls.de.json ask placeholders',
    'package.nls.de.json extra unused',
    'package.nls.de.json memory.label missing',
    'package.nls.de.json odd missing',
    'package.nls.de.json old missing',
    'package.nls.de.json sorry unused',
    'package.nls.json memory.title missing',
    'package.nls.json old unused',
    'package.nls.json sorry missing',
  ]);
});

test("our own providers' texts are complete in each language", async () => {
  const folder = new URL('../../../../provider-local/', import.meta.url).pathname;
  expect(await missingTexts(folder, ['src'])).toEqual([]);
});
