import { expect, test } from 'vitest';
import { memorySchema, refusalOf, temporaryFolder, writePackage } from '../providers/package.fixture.js';
import { type ProviderType, readProviderPackage } from '../providers/provider-package.js';
import { fieldErrorsOf, validateConfig } from './validate-config.js';

async function typeWith(schema: unknown): Promise<ProviderType> {
  const [type] = (await readProviderPackage(await writePackage(await temporaryFolder(), { schema }))).types;
  if (type === undefined) throw new Error('The package has no type.');
  return type;
}

const settings = {
  type: 'object',
  properties: {
    ...memorySchema.properties,
    mode: { enum: ['fast', 'safe'] },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
  },
  required: ['shelf'],
};

test('defaults are put in place of what is missing, and what was given stays as it was', async () => {
  const given = { shelf: 'a' };
  expect(await validateConfig(await typeWith(settings), given)).toEqual({ shelf: 'a', copies: 2 });
  expect(given).toEqual({ shelf: 'a' });
});

test.each<[unknown, string, string]>([
  ['text', 'base', 'Expected an object with the settings.'],
  [{}, 'shelf', 'This is missing; expected a text.'],
  [{ shelf: '' }, 'shelf', 'Expected a text that is not empty, found "".'],
  [{ shelf: 'a', copies: '3' }, 'copies', 'Expected a whole number, found "3".'],
  [{ shelf: 'a', copies: 0 }, 'copies', 'Expected a number of at least 1, found 0.'],
  [{ shelf: 'a', mode: 'lazy' }, 'mode', 'Expected one of "fast", "safe", found "lazy".'],
  [{ shelf: 'a', tags: ['x', 7] }, 'tags[1]', 'Expected a text, found 7.'],
  [{ shelf: 'a', tags: ['x', 'y', 'z'] }, 'tags', 'Expected at most 2 entries, found a list of 3.'],
  [{ shelf: 'a', coppies: 3 }, 'coppies', 'There is no such setting. Did you mean "copies"?'],
  [{ shelf: 'a', colour: 'red' }, 'colour', 'There is no such setting.'],
  [{ shelf: 'a', password: 'short' }, 'password', 'Expected a text of at least 8 characters.'],
])('%j is refused at its field', async (config, field, message) => {
  const error = await refusalOf(validateConfig(await typeWith(settings), config));
  expect(error.code).toBe('config-invalid');
  expect(fieldErrorsOf(error)).toEqual([{ field, message }]);
  expect(error.message).toContain(message);
});

test('all errors are told at once', async () => {
  const error = await refusalOf(validateConfig(await typeWith(memorySchema), { copies: 'x', coppies: 1 }));
  const fields = fieldErrorsOf(error).map(({ field }) => field);
  expect(fields.sort()).toEqual(['copies', 'coppies', 'shelf']);
});

test("a schema that is none is the package author's fault", async () => {
  const type = await typeWith({ type: 'object', properties: { shelf: { type: 'string', minLenght: 1 } } });
  const refused = {
    code: 'manifest-invalid',
    message: expect.stringMatching(/The configuration schema of "memory": .*minLenght/) as unknown,
  };
  await expect(validateConfig(type, { shelf: 'a' })).rejects.toMatchObject(refused);
});
