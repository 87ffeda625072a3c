import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isProviderError, type ProviderLogger } from '../provider-api/index.js';
import {
  manifestWith,
  memorySchema,
  memorySource,
  type PackageFiles,
  refusalOf,
  silentLog,
  writePackage,
} from '../providers/package.fixture.js';
import { createCupboards } from './cupboard.fixture.js';
import { dataDirectory } from './data-directory.fixture.js';
import { createLocations } from './locations.js';
import { fieldErrorsOf } from './validate-config.js';

const { signal } = new AbortController();
const password = 'correct horse';

/** A data directory with the memory provider, and how to open it as each run of the host does. */
async function memoryDirectory(log: ProviderLogger = silentLog) {
  const data = await dataDirectory();
  const installed = await writePackage(join(data.above, 'node_modules', 'provider-memory'));
  return {
    ...data,
    async open(files?: PackageFiles) {
      const next = join(data.above, `next-${Math.random()}`, 'node_modules', 'provider-memory');
      const folder = files === undefined ? installed : await writePackage(next, files);
      return (await data.run({ folders: [folder], log })).locations;
    },
  };
}

describe('adding a location', () => {
  test('keeps it, its secrets apart, and it opens again in the next run', async () => {
    const data = await memoryDirectory();
    const added = await (await data.open()).add({ provider: 'memory', title: 'Attic', config: { shelf: 'a', password } });
    expect(added).toEqual({
      id: expect.stringMatching(/^memory-[0-9a-hjkmnp-tv-z]{4}$/) as unknown,
      title: 'Attic',
      provider: 'memory',
      config: { shelf: 'a', copies: 2, password: '********' },
    });
    expect(await data.read('config.json')).not.toContain(password);
    expect(await data.read('secrets.json')).toContain(password);

    const locations = await data.open();
    expect(locations.list()).toEqual([added]);
    expect(locations.get('aTTIC')).toEqual(added);
    expect(locations.get(added.id)).toEqual(added);
    expect(locations.describe(added.id)).toBe('a');
    expect(await locations.usage('Attic')).toEqual({ used: 2, total: password.length });
    expect(await locations.open('Attic')).toBe(await locations.open(added.id));
  });

  test.each([
    ['by the schema', { copies: 1 }, 'shelf', 'This is missing; expected a text.'],
    ["by the provider's own test", { shelf: 'full' }, 'shelf', 'This shelf is full.'],
    ['when it is opened', { shelf: 'bent' }, 'shelf', 'The shelf is bent.'],
  ])('settings are refused %s, by field, and nothing is kept', async (_, config, field, message) => {
    const data = await memoryDirectory();
    const locations = await data.open();
    const error = await refusalOf(locations.add({ provider: 'memory', config }));
    expect(error.code).toBe('config-invalid');
    expect(fieldErrorsOf(error)).toEqual([{ field, message }]);
    expect(locations.list()).toEqual([]);
    expect(await data.read('secrets.json')).toBe('');
  });

  test('a place that fails is told with what helps, and nothing is kept', async () => {
    const data = await memoryDirectory();
    const locations = await data.open();
    await expect(locations.add({ provider: 'memory', title: 'Attic', config: { shelf: 'locked', password } })).rejects.toMatchObject({
      code: 'location-failed',
      message: 'Location "Attic": The shelf is locked.',
      remedy: expect.stringContaining('Enter the credentials again') as unknown,
      details: { providerCode: 'auth-failed' },
    });
    expect(locations.list()).toEqual([]);
    expect(await data.read('secrets.json')).toBe('');
  });

  test('titles are unique in any case, and made from the label where none is given', async () => {
    const locations = await (await memoryDirectory()).open();
    expect(await locations.add({ provider: 'memory', config: { shelf: 'a' } })).toMatchObject({ title: 'Memory shelf' });
    expect(await locations.add({ provider: 'memory', config: { shelf: 'b' } })).toMatchObject({ title: 'Memory shelf 2' });
    await expect(locations.add({ provider: 'memory', title: 'MEMORY shelf', config: { shelf: 'c' } })).rejects.toMatchObject({
      code: 'title-taken',
    });
    await expect(locations.add({ provider: 'memory', title: ' x', config: { shelf: 'c' } })).rejects.toMatchObject({
      code: 'title-invalid',
    });
    await expect(locations.rename('Memory shelf 2', 'memory shelf')).rejects.toMatchObject({ code: 'title-taken' });
    expect(await locations.rename('Memory shelf 2', 'MEMORY shelf 2')).toMatchObject({ title: 'MEMORY shelf 2' });
  });

  test('the same place is not added twice', async () => {
    const locations = await (await memoryDirectory()).open();
    await locations.add({ provider: 'memory', title: 'Attic', config: { shelf: 'a' } });
    const again = locations.add({ provider: 'memory', config: { shelf: 'a', copies: 2, password } });
    await expect(again).rejects.toMatchObject({ code: 'location-exists', details: { title: 'Attic' } });
  });
});

describe('a location', () => {
  test('is forgotten with its secrets', async () => {
    const closed: string[] = [];
    const data = await memoryDirectory({ ...silentLog, info: (message) => void closed.push(message) });
    const locations = await data.open();
    const { id } = await locations.add({ provider: 'memory', config: { shelf: 'a', password } });
    await locations.remove(id);
    expect(closed).toContain(`[${id}] closed`);
    expect(locations.list()).toEqual([]);
    expect(await data.read('secrets.json')).not.toContain(password);
    expect(() => locations.get(id)).toThrow(`There is no location "${id}".`);
  });

  test('without secrets is added, changed and forgotten while the store is locked', async () => {
    const { provider } = createCupboards();
    const locked = () => Promise.reject(new Error('The store asks for its passphrase.'));
    const run = await (await dataDirectory()).run({ inline: [provider] });
    await using locations = createLocations({ ...run, secrets: { kind: 'locked', describe: () => 'locked', of: locked, set: locked } });
    const { id } = await locations.add({ provider: 'cupboard', config: { shelf: 'attic' } });
    await expect(locations.add({ provider: 'cupboard', config: { shelf: 'attic' } })).rejects.toMatchObject({ code: 'location-exists' });
    await locations.update(id, { config: { shelf: 'hall' } });
    await locations.remove(id);
    expect(locations.list()).toEqual([]);
    await expect(locations.add({ provider: 'cupboard', config: { shelf: 'attic', key: 'open sesame' } })).rejects.toThrow('passphrase');
  });

  test('knows what other processes changed since it was looked at last', async () => {
    const { provider } = createCupboards();
    const data = await dataDirectory();
    const [here, elsewhere] = [await data.run({ inline: [provider] }), await data.run({ inline: [provider] })];
    const first = await here.locations.add({ provider: 'cupboard', config: { shelf: 'attic' } });
    const second = await elsewhere.locations.add({ provider: 'cupboard', config: { shelf: 'hall' } });
    expect([first.title, second.title]).toEqual(['cupboard', 'cupboard 2']);
    await here.locations.remove(first.id);
    await expect(elsewhere.locations.update(first.id, { config: { shelf: 'cellar' } })).rejects.toMatchObject({ code: 'unknown-location' });
    expect((await data.run({ inline: [provider] })).locations.list().map(({ id }) => id)).toEqual([second.id]);
  });

  test('an unknown one is told with the nearest', async () => {
    const locations = await (await memoryDirectory()).open();
    await locations.add({ provider: 'memory', title: 'Attic', config: { shelf: 'a' } });
    expect(() => locations.get('atic')).toThrow('There is no location "atic". Did you mean "Attic"?');
    await expect(locations.open('cellar')).rejects.toMatchObject({ code: 'unknown-location' });
  });

  test('of a provider that is not installed any more is still listed', async () => {
    const data = await memoryDirectory();
    const added = await (await data.open()).add({ provider: 'memory', config: { shelf: 'a', password } });
    const locations = await data.open({ manifest: manifestWith({ id: 'other' }) });
    expect(locations.list()).toEqual([added]);
    expect(locations.describe(added.id)).toBe('shelf: a, copies: 2');
    await expect(locations.open(added.id)).rejects.toMatchObject({ code: 'unknown-provider' });
  });

  test('whose secrets are lost is told', async () => {
    const data = await memoryDirectory();
    const { id } = await (await data.open()).add({ provider: 'memory', title: 'Attic', config: { shelf: 'a', password } });
    await (await data.run()).secrets.set(id, undefined);
    const opening = (await data.open()).open(id);
    await expect(opening).rejects.toMatchObject({
      code: 'location-secrets-missing',
      message: expect.stringContaining('(password)') as unknown,
    });
  });

  test("of an older version's settings is migrated once; newer ones are refused", async () => {
    const data = await memoryDirectory();
    const { id } = await (await data.open()).add({ provider: 'memory', config: { shelf: 'a', password } });
    const next = {
      manifest: manifestWith({ configVersion: 2 }),
      schema: { ...memorySchema, properties: { ...memorySchema.properties, room: { type: 'string' } }, required: ['shelf', 'room'] },
      source: memorySource.replace(
        'configFlow:',
        'async migrateConfig(version, config) { return { ...config, room: `from ${version}` }; },\n  configFlow:',
      ),
    };
    const locations = await data.open(next);
    await locations.open(id);
    expect(locations.get(id).config).toEqual({ shelf: 'a', copies: 2, room: 'from 1', password: '********' });
    expect(await data.read('config.json')).not.toContain(password);

    // The older version of the provider is back: it gets what it knows, and the newer one its own again.
    const rolledBack = await data.open();
    expect(await rolledBack.usage(id)).toEqual({ used: 2, total: password.length });
    expect(await (await data.open({ ...next, source: next.source.replace('used: config.copies', 'used: config.room') })).usage(id)).toEqual(
      {
        used: 'from 1',
        total: password.length,
      },
    );

    const config = JSON.parse(await data.read('config.json'), (name, value: unknown) => (name === 'before' ? undefined : value)) as object;
    await writeFile(join(data.dataDir, 'config.json'), JSON.stringify(config));
    await expect((await data.open()).open(id)).rejects.toMatchObject({ code: 'location-config-too-new' });
  });

  test('whose migration gives settings that do not fit keeps the old ones', async () => {
    const data = await memoryDirectory();
    const { id } = await (await data.open()).add({ provider: 'memory', config: { shelf: 'a', password } });
    const before = [await data.read('config.json'), await data.read('secrets.json')];
    const migrate = (result: string) =>
      memorySource.replace('configFlow:', `async migrateConfig(version, config) { ${result} },\n  configFlow:`);
    const manifest = manifestWith({ configVersion: 2 });
    const wrong = await data.open({ manifest, source: migrate('return { ...config, shelf: 7 };') });
    await expect(wrong.open(id)).rejects.toMatchObject({ code: 'config-invalid' });
    const throwing = await data.open({ manifest, source: migrate('throw new TypeError("no");') });
    await expect(throwing.open(id)).rejects.toMatchObject({ code: 'location-failed', details: { providerCode: 'internal' } });
    expect([await data.read('config.json'), await data.read('secrets.json')]).toEqual(before);
    expect(await (await data.open()).usage(id)).toEqual({ used: 2, total: password.length });
  });

  test("its calls fail with the provider's errors, its checks with the location's", async () => {
    const locations = await (await memoryDirectory()).open();
    const { id } = await locations.add({ provider: 'memory', config: { shelf: 'a' } });
    const error: unknown = await (await locations.open(id)).get('nothing', { signal }).catch((reason: unknown) => reason);
    expect(isProviderError(error)).toBe(true);
    await expect(locations.usage(id, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'location-failed',
      details: { providerCode: 'cancelled' },
    });
    await locations.check(id);
  });
});
