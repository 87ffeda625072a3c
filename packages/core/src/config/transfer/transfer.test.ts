import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  manifestWith,
  memorySource,
  type PackageFiles,
  silentLog,
  temporaryFolder,
  writePackage,
} from '../../providers/package.fixture.js';
import { openProviderRegistry } from '../../providers/registry.js';
import { createConfigFile } from '../config-file.js';
import type { LocationsOptions } from '../location-context.js';
import { createLocations } from '../locations.js';
import { noKeyring } from '../secrets/keyring.fixture.js';
import { openSecretStore } from '../secrets/open-secret-store.js';
import { exportLocations } from './export-locations.js';
import { importLocations } from './import-locations.js';
import type { LocationExport } from './location-export.js';

const password = 'canary-correct-horse';
const passphrase = 'open sesame';
const clock = { now: () => new Date('2026-11-21T10:00:00Z') };

/** A machine of its own: a data directory with the memory provider. */
async function machine(files?: PackageFiles) {
  const above = await temporaryFolder();
  const dataDir = join(above, 'data');
  const configFile = await createConfigFile(dataDir);
  const folder = await writePackage(join(above, 'node_modules', 'provider-memory'), files);
  const registry = await openProviderRegistry({ folders: [folder], hostVersion: '1.0.0' });
  const secrets = await openSecretStore({ dataDir, instanceId: 'i', log: silentLog, environment: {}, loadKeyring: noKeyring });
  const options: LocationsOptions = { configFile, secrets, registry, log: silentLog, stateFolder: () => above };
  const locations = createLocations(options);
  onTestFinished(async () => {
    await locations[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });
  return { options, locations, secrets, configText: () => readFile(configFile.path, 'utf8') };
}

async function machineWithLocations() {
  const { options, locations } = await machine();
  await locations.add({ provider: 'memory', title: 'Attic', config: { shelf: 'a', password } });
  await locations.add({ provider: 'memory', title: 'Cellar', config: { shelf: 'c', copies: 5 } });
  return { options, locations };
}

let made: Promise<LocationExport> | undefined;

/** The export of that machine with its secrets, as it comes out of a file. Deriving the key takes a while, so it is made once. */
async function exportWithSecrets(): Promise<LocationExport> {
  made ??= machineWithLocations().then(({ options }) => exportLocations(options, clock, { passphrase }));
  return travelled(await made);
}

/** As through a file. */
function travelled(exported: LocationExport): LocationExport {
  return JSON.parse(JSON.stringify(exported)) as LocationExport;
}

describe('an export with secrets', () => {
  test('brings locations whole to another machine, and shows no secret on the way', async () => {
    const from = await machineWithLocations();
    const exported = travelled(await exportLocations(from.options, clock, { passphrase }));
    expect(JSON.stringify(exported)).not.toMatch(/canary|correct|sesame/);
    const to = await machine();
    const outcomes = await importLocations(to.options, exported, { passphrase });
    expect(outcomes).toMatchObject([
      { outcome: 'imported', title: 'Attic', missingSecrets: [] },
      { outcome: 'imported', title: 'Cellar', missingSecrets: [] },
    ]);
    expect(to.locations.list()).toEqual(from.locations.list());
    expect(await to.locations.usage('Attic')).toEqual({ used: 2, total: password.length });
    expect(await to.configText()).not.toContain(password);
  });

  test('with a wrong passphrase nothing is imported, and with none all but the secrets', async () => {
    const exported = await exportWithSecrets();
    const to = await machine();
    await expect(importLocations(to.options, exported, { passphrase: 'open barley' })).rejects.toMatchObject({
      code: 'export-passphrase-wrong',
    });
    expect(to.locations.list()).toEqual([]);
    expect(await importLocations(to.options, exported)).toMatchObject([{ missingSecrets: ['password'] }, { missingSecrets: [] }]);
  });

  test.each<[string, (exported: LocationExport) => unknown, string]>([
    [
      'leads elsewhere',
      (good) => ({ ...good, locations: good.locations.map((one) => ({ ...one, config: { shelf: 'thief' } })) }),
      'export-changed',
    ],
    ['has damaged secrets', (good) => ({ ...good, secrets: { ...good.secrets, data: 'AAAA' } }), 'export-changed'],
    ['lost a part', (good) => ({ ...good, secrets: { ...good.secrets, nonce: undefined } }), 'export-invalid'],
    [
      'wants all memory',
      (good) => ({ ...good, secrets: { ...good.secrets, scrypt: { ...good.secrets?.scrypt, N: 2 ** 40 } } }),
      'export-invalid',
    ],
    ['has a location twice', (good) => ({ ...good, locations: [...good.locations, ...good.locations] }), 'export-invalid'],
    ['comes from a newer version', (good) => ({ ...good, version: 2 }), 'export-too-new'],
    ['is something else', () => ({ version: 1 }), 'export-invalid'],
  ])('one that %s is refused as a whole', async (_, change, code) => {
    const exported = await exportWithSecrets();
    const to = await machine();
    await expect(importLocations(to.options, change(exported), { passphrase })).rejects.toMatchObject({ code });
    expect(to.locations.list()).toEqual([]);
  });

  test('is not made with a passphrase that is soon guessed', async () => {
    await expect(exportLocations((await machine()).options, clock, { passphrase: 'short' })).rejects.toMatchObject({
      code: 'export-passphrase-weak',
    });
  });
});

describe('an export without secrets', () => {
  test('names them, and the location waits for them until they are entered', async () => {
    const from = await machineWithLocations();
    const exported = travelled(await exportLocations(from.options, clock, { locations: ['attic'] }));
    expect(exported).toMatchObject({ locations: [{ title: 'Attic', package: '@example/provider-memory', secrets: ['password'] }] });
    expect(exported).not.toHaveProperty('secrets');
    const to = await machine();
    const [outcome] = await importLocations(to.options, exported);
    expect(outcome).toMatchObject({
      outcome: 'imported',
      missingSecrets: ['password'],
      location: { needsReauth: true, config: { shelf: 'a', copies: 2 } },
    });
    await expect(to.locations.open('Attic')).rejects.toMatchObject({ code: 'location-secrets-missing' });
    expect(to.locations.list()).toHaveLength(1);
  });

  test('a setting that became a secret meanwhile goes with the secrets', async () => {
    const { options } = await machine();
    const stored = { id: 'memory-aaaa', title: 'Old', provider: 'memory', configVersion: 1, config: { shelf: 'a', password }, secrets: [] };
    await options.configFile.update(() => [stored]);
    const exported = await exportLocations(options, clock);
    expect(JSON.stringify(exported)).not.toContain(password);
    expect(exported.locations[0]?.secrets).toEqual(['password']);
  });
});

describe('a location that can not be taken over is told, and the others come', () => {
  const entry = { id: 'memory-xxxx', title: 'New', provider: 'memory', configVersion: 1, config: { shelf: 'new' }, secrets: [] };
  const good = { ...entry, id: 'memory-good', title: 'Good', config: { shelf: 'good' } };

  test.each<[string, object, string]>([
    ['at the place of another', { config: { shelf: 'a', copies: 2 } }, 'location-exists'],
    ['with the title of another', { title: 'ATTIC' }, 'title-taken'],
    ['of an unknown type', { provider: 'tape' }, 'unknown-provider'],
    ['with settings that do not fit', { config: { copies: 0 } }, 'config-invalid'],
    ['with settings that do not fit and missing secrets', { config: { copies: 0 }, secrets: ['password'] }, 'config-invalid'],
    ['with settings of a newer version', { configVersion: 2 }, 'location-config-too-new'],
  ])('%s', async (_, change, code) => {
    const { options, locations } = await machineWithLocations();
    const exported = { format: 'holdfast-locations', version: 1, exportedAt: '', locations: [{ ...entry, ...change }, good] };
    const outcomes = await importLocations(options, exported);
    expect(outcomes).toMatchObject([
      { outcome: 'refused', error: { code } },
      { outcome: 'imported', title: 'Good' },
    ]);
    expect(locations.list().map(({ title }) => title)).toEqual(['Attic', 'Cellar', 'Good']);
  });

  test('an id that is taken, or could be taken for something else, becomes a new one', async () => {
    const { options, locations } = await machineWithLocations();
    const [taken] = locations.list();
    const exported = {
      format: 'holdfast-locations',
      version: 1,
      exportedAt: '',
      locations: [
        { ...entry, id: taken?.id },
        { ...good, id: 'flow:1' },
      ],
    };
    expect((await importLocations(options, exported)).map(({ outcome }) => outcome)).toEqual(['imported', 'imported']);
    expect(new Set(locations.list().map(({ id }) => id.slice(0, 7)))).toEqual(new Set(['memory-']));
  });

  test('older settings are migrated', async () => {
    const source = memorySource.replace(
      'export default {',
      'export default { async migrateConfig(version, config) { return { ...config, copies: 7 }; },',
    );
    const to = await machine({ manifest: manifestWith({ configVersion: 2 }), source });
    await importLocations(to.options, { format: 'holdfast-locations', version: 1, exportedAt: '', locations: [entry] });
    expect(to.locations.list()).toMatchObject([{ config: { shelf: 'new', copies: 7 } }]);
  });
});
