import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemaCheck } from './json-schema.js';
import { parseManifest } from './manifest.js';
import { manifestWith, memoryManifest, memorySchema, memoryType, refusalOf, temporaryFolder, writePackage } from './package.fixture.js';
import { readProviderPackage } from './provider-package.js';
import { isJsonObject } from './schema-problem.js';

async function messageOf(manifest: unknown): Promise<string> {
  const error = await refusalOf(parseManifest(manifest, '/here'));
  expect(error.code).toBe('manifest-invalid');
  return error.message;
}

describe('a manifest', () => {
  test('is described by a schema that is right itself', async () => {
    const schema: unknown = JSON.parse(await readFile(new URL('../../schemas/holdfast-manifest.json', import.meta.url), 'utf8'));
    const check = await schemaCheck(isJsonObject(schema) ? schema : {});
    expect(check(memoryManifest).problems).toEqual([]);
  });

  test('is read with its texts, its schema and its limits, and none of its code runs', async () => {
    const folder = await writePackage(await temporaryFolder(), {
      manifest: manifestWith({ features: ['rangeRead'], limits: { maxObjectBytes: null, maxBackups: 1, requiresEncryption: true } }),
      source: 'throw new Error("this code runs");',
    });
    const found = await readProviderPackage(folder);
    expect(found).toMatchObject({ name: '@example/provider-memory', version: '1.2.3', folder, range: '>=0.1.0', entry: './main.js' });
    expect(found.permissions).toEqual({ network: [], filesystem: 'none' });
    expect(found.types).toHaveLength(1);
    expect(found.types[0]).toMatchObject({
      id: 'memory',
      label: 'Memory shelf',
      description: undefined,
      icon: join(folder, 'media/icon.svg'),
      configVersion: 1,
      secretFields: ['password'],
      limits: { maxObjectBytes: undefined, maxBackups: 1, requiresEncryption: true },
      features: new Set(['rangeRead']),
    });
    expect(found.types[0]?.configSchema['properties']).toMatchObject({ shelf: { title: 'Shelf' }, copies: { title: 'Copies' } });
  });

  test.each<[string, unknown, string]>([
    ['is no object', 7, 'package.json: found 7, expected an object.'],
    ['has no engines', { ...memoryManifest, engines: undefined }, 'engines: found nothing, expected an object.'],
    ['has no range', { ...memoryManifest, engines: { node: '20' } }, 'engines.holdfast: found nothing, expected a text.'],
    ['has an odd version', { ...memoryManifest, version: 'one' }, 'version: found "one", expected a version such as "1.0.0".'],
    [
      'contributes nothing',
      { ...memoryManifest, holdfast: { contributes: { providers: [] } } },
      'holdfast.contributes.providers: found an empty list, expected at least 1 entry.',
    ],
    [
      'has a misspelt field',
      manifestWith({ configShema: './x.json' }),
      'holdfast.contributes.providers[0].configShema: found "configShema", which is not known; expected "configSchema".',
    ],
    [
      'has an odd id',
      manifestWith({ id: 'Backblaze B2' }),
      'holdfast.contributes.providers[0].id: found "Backblaze B2", expected 1 to 31 characters out of a-z, 0-9 and "-" that start with a letter.',
    ],
    [
      'has an unknown feature',
      manifestWith({ features: ['teleport'] }),
      'holdfast.contributes.providers[0].features[0]: found "teleport", expected one of "rangeRead", "deferredWrites".',
    ],
    ['has a wrong limit', manifestWith({ limits: { maxBackups: 0 } }), 'limits.maxBackups: found 0, expected a number of at least 1.'],
    ['has a wrong type', manifestWith({ configVersion: '1' }), 'configVersion: found "1", expected a whole number.'],
  ])('that %s is refused with the place, what was found and what was expected', async (_, manifest, message) => {
    expect(await messageOf(manifest)).toContain(message);
  });

  test('all of its faults are told at once, with the package and its folder', async () => {
    const message = await messageOf({ ...memoryManifest, version: 'one', engines: {} });
    expect(message).toMatch(/^The manifest of @example\/provider-memory in \/here is not valid\. /);
    expect(message).toContain('version: ');
    expect(message).toContain('engines.holdfast: ');
  });
});

describe('what a manifest refers to', () => {
  test.each<[string, object, Record<string, string | undefined>, string]>([
    [
      'a text that is not in the table',
      {},
      { 'package.nls.json': '{"memory.shelf":"Shelf"}' },
      'label: found %memory.label%, expected a key of package.nls.json.',
    ],
    ['a broken table', {}, { 'package.nls.json': '{' }, 'package.nls.json: expected a JSON file'],
    [
      'a missing icon',
      {},
      { 'media/icon.svg': undefined },
      'icon: found "./media/icon.svg", which is not there; expected a file of the package.',
    ],
    ['a missing schema', {}, { 'schemas/memory.json': undefined }, 'configSchema: found "./schemas/memory.json", which is not there'],
    ['a broken schema', {}, { 'schemas/memory.json': 'no' }, './schemas/memory.json: expected a JSON file'],
    [
      'a schema outside',
      { configSchema: './../outside.json' },
      {},
      'configSchema: found "./../outside.json", which leads out of the package',
    ],
    ['an icon behind a link', { icon: './link/outside.json' }, {}, 'icon: found "./link/outside.json", which leads out of the package'],
    [
      'a schema of no object',
      {},
      { 'schemas/memory.json': '{"type":"string"}' },
      './schemas/memory.json: type: found "string", expected "object".',
    ],
    [
      'a secret that is no text',
      {},
      { 'schemas/memory.json': JSON.stringify({ ...memorySchema, properties: { pin: { type: 'integer', 'x-secret': true } } }) },
      'properties.pin: a secret has the type "string", found "integer".',
    ],
    [
      'a secret within a setting',
      {},
      {
        'schemas/memory.json': JSON.stringify({
          type: 'object',
          properties: { login: { type: 'object', properties: { password: { type: 'string', 'x-secret': true } } } },
        }),
      },
      '"x-secret" is allowed for the settings themselves alone',
    ],
    [
      'no entry',
      {},
      { 'package.json': JSON.stringify({ ...memoryManifest, exports: undefined }) },
      'exports: found nothing, expected the path of the main module.',
    ],
    [
      'a type twice',
      {},
      { 'package.json': JSON.stringify({ ...memoryManifest, holdfast: { contributes: { providers: [memoryType, memoryType] } } }) },
      'holdfast.contributes.providers[1].id: found "memory" for a second time.',
    ],
  ])('%s is refused', async (_, type, files, message) => {
    const above = await temporaryFolder();
    const folder = await writePackage(join(above, 'package'), { manifest: manifestWith(type), files });
    await writePackage(above, { files: { 'outside.json': '{}' } });
    await symlink(above, join(folder, 'link'));
    await expect(readProviderPackage(folder)).rejects.toMatchObject({
      code: 'manifest-invalid',
      message: expect.stringContaining(message) as unknown,
    });
  });

  test('a package.json that is no JSON is told', async () => {
    const folder = await writePackage(await temporaryFolder(), { files: { 'package.json': '{ "holdfast"' } });
    await expect(readProviderPackage(folder)).rejects.toMatchObject({
      code: 'manifest-invalid',
      message: expect.stringContaining('package.json: expected a JSON file') as unknown,
    });
    await rm(join(folder, 'package.json'));
  });
});
