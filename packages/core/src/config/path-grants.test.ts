import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readProviderPackage } from '../providers/provider-package.js';
import { memorySchema, temporaryFolder, writePackage } from '../providers/package.fixture.js';
import { createPathGrants, pathsIn } from './path-grants.js';

const path = { type: 'string', format: 'path' };

test('paths are the absolute ones among the fields of the format "path"', () => {
  const schema = {
    properties: { folder: path, others: { type: 'array', items: path }, deep: { properties: { folder: path } }, name: { type: 'string' } },
  };
  const config = { folder: '/a/b/../c', others: ['/d', 'relative', '/zero\0'], deep: { folder: '/e' }, name: '/f', unknown: '/g' };
  expect(pathsIn(schema, config)).toEqual([resolve('/a/c'), resolve('/d'), resolve('/e')]);
});

test('a package has those of its stored locations, and of settings while they are tried out', async () => {
  const folder = await temporaryFolder();
  const schema = { ...memorySchema, properties: { ...memorySchema.properties, shelf: path } };
  const found = await readProviderPackage(await writePackage(folder, { schema }));
  const [type] = found.types;
  if (type === undefined) throw new Error('The package has no type.');
  const stored = { id: 'm', title: 'M', configVersion: 1, secrets: [] };
  const locations = [
    { ...stored, provider: 'memory', config: { shelf: '/mnt/a' } },
    { ...stored, provider: 'other', config: { shelf: '/mnt/b' } },
  ];
  const grants = createPathGrants({ locations: () => locations });
  expect(grants.for(found)).toEqual(['/mnt/a']);

  await grants.during(type, ['/mnt/c', '/mnt/a'], async () => {
    expect(grants.for(found)).toEqual(['/mnt/a', '/mnt/c']);
    expect(grants.for({ name: 'another', types: [] })).toEqual([]);
  });
  await expect(grants.during(type, ['/mnt/c'], async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(grants.for(found)).toEqual(['/mnt/a']);
});
