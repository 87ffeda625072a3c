import { expect, test } from 'vitest';
import type { SecretStore } from './config/secrets/secret-store.js';
import { collectDiagnostics, type DiagnosticsParts } from './diagnostics.js';
import { memorySchema, temporaryFolder, writePackage } from './providers/package.fixture.js';
import { readProviderPackage } from './providers/provider-package.js';

const schema = {
  ...memorySchema,
  properties: {
    ...memorySchema.properties,
    bucket: { type: 'string', 'x-identifier': true },
    account: { type: 'integer', 'x-identifier': true },
    endpoint: { type: 'string' },
    mode: { enum: ['fast', 'safe'] },
    prefix: { type: 'string' },
  },
};

// Each must not be in the bundle, in any form.
const canaries = {
  password: 'canary-pass/word "1"',
  earlier: 'canary-earlier-password',
  flow: 'canary-flow-token',
  key: 'canary-encryption-key',
  bucket: 'canary-bucket',
  account: '998877665544',
  host: 'canary.minio.example',
  shelf: 'canary-shelf-name',
  user: 'canaryuser',
};

const config = {
  shelf: canaries.shelf,
  bucket: canaries.bucket,
  account: Number(canaries.account),
  endpoint: `https://${canaries.host}:9000/`,
  mode: 'safe',
  prefix: 'data',
  copies: 3,
};

const location = {
  id: 'memory-3f2a',
  title: 'Attic',
  provider: 'memory',
  configVersion: 1,
  config,
  secrets: ['password'],
  place: { root: `${canaries.host}/${canaries.bucket}`, path: 'data' },
};

function storeOf(secrets: Readonly<Record<string, Readonly<Record<string, string>>>>): SecretStore {
  return {
    kind: 'file',
    describe: () => `kept in /home/${canaries.user}/data/secrets.json`,
    of: async (owner) => secrets[owner] ?? {},
    set: async () => {},
  };
}

const kept = storeOf({
  'memory-3f2a': { password: canaries.password },
  'memory-3f2a:before': { password: canaries.earlier },
  'flow:abc': { token: canaries.flow },
});

// What logs and errors may make of them.
const logged = [
  `PUT https://${canaries.host}:9000/${canaries.bucket}/data/x?sig=${encodeURIComponent(canaries.password)}`,
  `Authorization: Basic ${Buffer.from(`me:${canaries.password}`).toString('base64')}`,
  JSON.stringify({ password: canaries.password, before: canaries.earlier, flow: canaries.flow, key: canaries.key }),
  `arn:aws:iam::${canaries.account}:role/x could not open /home/${canaries.user}/mnt/${canaries.shelf}: data is missing`,
  'nothing special',
];

async function parts(change: Partial<DiagnosticsParts> = {}): Promise<DiagnosticsParts> {
  const { types } = await readProviderPackage(await writePackage(await temporaryFolder(), { schema }));
  return {
    version: '1.2.3',
    dataDir: `/home/${canaries.user}/data`,
    instanceName: 'home',
    clock: { now: () => new Date('2026-11-21T10:00:00Z') },
    settings: { encryption: 'v3' },
    locations: [location],
    types,
    installed: [],
    secrets: kept,
    knownSecrets: [canaries.key],
    otherOwners: ['flow:abc'],
    doctor: async () => [{ code: 'location-failed', severity: 'error', subject: 'location Attic', message: logged.join(' ') }],
    running: async () => [],
    providerLog: async () => logged,
    home: `/home/${canaries.user}`,
    signal: new AbortController().signal,
    ...change,
  };
}

test('a bundle holds no secret, name of a place, account or home folder, in no form', async () => {
  const text = JSON.stringify(await collectDiagnostics(await parts()));
  for (const canary of Object.values(canaries)) expect(text).not.toContain(canary);
  expect(text).not.toContain('canary');
  expect(text).not.toContain(Buffer.from(canaries.password).toString('base64').slice(0, -4));
});

test('and still tells what a bug report needs', async () => {
  const bundle = await collectDiagnostics(await parts());
  expect(bundle).toMatchObject({
    format: 'holdfast-diagnostics',
    versions: { holdfast: '1.2.3', node: process.versions.node },
    dataDir: '~/data',
    settings: { encryption: 'v3' },
    secretStore: { kind: 'file', description: 'kept in ~/data/secrets.json' },
    types: [{ id: 'memory', package: '@example/provider-memory', version: '1.2.3', configVersion: 1 }],
    locations: [{ id: 'memory-3f2a', title: 'Attic', secrets: ['password'], needsReauth: false }],
    notes: [],
  });
  expect(bundle.locations[0]?.settings).toEqual({
    shelf: '<shelf 1>',
    bucket: '<bucket 1>',
    account: '<account 1>',
    endpoint: '<endpoint 1>',
    prefix: '<prefix>',
    mode: 'safe',
    copies: 3,
  });
  expect(bundle.logs[0]?.lines.slice(-2)).toEqual([
    'arn:aws:iam::<account 1>:role/x could not open ~/mnt/<shelf 1>: data is missing',
    'nothing special',
  ]);
});

test('what can not be found out is noted, and without the secrets no log is shown', async () => {
  const locked: SecretStore = { ...kept, of: async () => Promise.reject(new Error('The keyring is locked.')) };
  const doctor = async () => Promise.reject(new Error(`No answer from ${canaries.host}`));
  const bundle = await collectDiagnostics(await parts({ secrets: locked, doctor }));
  expect(bundle.logs).toEqual([]);
  expect(bundle.notes).toEqual([
    'secrets: The keyring is locked.',
    expect.stringMatching(/^doctor: No answer from <endpoint \d>$/) as unknown,
    expect.stringContaining('logs were left out') as unknown,
  ]);
});

test('the settings of a provider that is not installed are all hidden', async () => {
  const bundle = await collectDiagnostics(await parts({ types: [] }));
  expect(bundle.locations[0]?.settings).toMatchObject({ mode: '<mode>', bucket: '<bucket 1>', copies: 3 });
});

test('gathering ends when it is cancelled', async () => {
  const doctor = async () => Promise.reject(new Error('late'));
  await expect(collectDiagnostics(await parts({ doctor, signal: AbortSignal.abort(new Error('cancelled')) }))).rejects.toThrow('cancelled');
});
