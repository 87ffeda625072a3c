import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type B2Server, startB2Server } from '@holdfast/test-servers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { otherProgram } from '../packages/provider-b2/src/other-program.fixture.js';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';

const bucket = 'family-backups';
const capabilities = ['listBuckets', 'listFiles', 'readFiles', 'writeFiles', 'deleteFiles'];
const providerFolder = fileURLToPath(new URL('../packages/provider-b2', import.meta.url));
const fixture = (name: string) => new URL(`../fixtures/home-assistant/${name}`, import.meta.url);

let server: B2Server;
let cli: CommandLine;
let key: { readonly keyId: string; readonly applicationKey: string };

beforeEach(async () => {
  server = await startB2Server();
  server.createBucket(bucket);
  cli = await createCommandLine();
  key = server.createKey({ capabilities, bucket });
  await succeeds(['init']);
  const settings = JSON.stringify({ ...key, bucket, prefix: 'ha', endpoint: server.url });
  await succeeds(['location', 'add', 'b2', '--title', 'B2', '--config', '-'], settings);
});
afterEach(async () => {
  await cli[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const holdfast = (args: readonly string[], stdin = '') => cli.run(['--provider-folder', providerFolder, ...args], { stdin });
const asked = async (args: readonly string[]) => JSON.parse((await holdfast([...args, '--json'])).out) as unknown;
const succeeds = async (args: readonly string[], stdin = '') => {
  const { code, err } = await holdfast(args, stdin);
  if (code !== 0) throw new Error(`holdfast ${args.join(' ')} ended with ${code}: ${err}`);
};
const names = () => server.contents(bucket).versions.map(({ fileName }) => fileName);

test('what Home Assistant put into the bucket is listed, restored and left as it is, and ours does not get in its way', async () => {
  const theirs = await otherProgram(server, bucket);
  const base = 'ha/Encrypt_test_2025-02-03_18.48_28273501';
  const record = {
    backup_id: '93b462f8',
    name: 'Encrypt test',
    date: '2025-02-03T18:48:28.273501+00:00',
    protected: true,
    size: 10_240,
    homeassistant_included: false,
    database_included: false,
    folders: ['ssl'],
    addons: [],
    extra_metadata: {},
  };
  await theirs.upload(`${base}.tar`, readFileSync(fixture('real-ha-v2.tar')));
  const metadata = { metadata_version: '1', backup_id: '93b462f8', backup_metadata: record };
  await theirs.upload(`${base}.metadata.json`, Buffer.from(JSON.stringify(metadata)));
  const theirFiles = names();

  expect(await asked(['backup', 'list'])).toMatchObject({
    backups: [{ id: '93b462f8', name: 'Encrypt test', origin: 'other', encrypted: true, sources: ['ssl'] }],
  });
  const restored = join(cli.root, 'restored');
  const restore = ['backup', 'restore', '93b462f8', '--to', restored, '--key-file', fileURLToPath(fixture('real-ha-v2.key'))];
  expect(await holdfast(restore)).toMatchObject({ code: 0 });
  expect(readdirSync(restored)).toEqual(['ssl']);
  expect(await asked(['backup', 'delete', '93b462f8', '--yes'])).toMatchObject({ error: { code: 'not-ours-to-delete' } });

  expect(await holdfast(['backup', 'create', restored])).toMatchObject({ code: 0 });
  const ours = names().filter((name) => !theirFiles.includes(name));
  expect(names()).toEqual(expect.arrayContaining(theirFiles));
  // It reads every `.metadata.json`, and takes for its backup the first `.tar` whose name starts as that of one.
  expect(ours.filter((name) => name.endsWith('.metadata.json') || name.startsWith(base))).toEqual([]);
});

test('a revoked key is told with what to do, and a new one cures it', async () => {
  const source = fileURLToPath(new URL('../docs', import.meta.url));
  expect(await holdfast(['kit', 'save', cli.root])).toMatchObject({ code: 0 });
  server.revokeKey(key.keyId);
  const refused = await holdfast(['backup', 'create', source]);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('The key is wrong, has expired or was deleted.') as unknown });
  expect(refused.err + refused.out).not.toContain(key.applicationKey);
  expect(await asked(['issues', 'list'])).toMatchObject({
    issues: [{ code: 'access-lost', message: expect.stringContaining('"B2" no longer lets Holdfast in') as unknown }],
  });
  const next = server.createKey({ capabilities, bucket });
  expect(await holdfast(['location', 'reauth', 'B2', '--config', '-'], JSON.stringify(next))).toMatchObject({ code: 0 });
  expect(await asked(['issues', 'list'])).toEqual({ issues: [] });
  expect(await holdfast(['backup', 'create', source])).toMatchObject({ code: 0 });
});
