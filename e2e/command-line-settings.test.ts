import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';
import { makeHarbour } from './command-line-location.fixture.js';

let holdfast: CommandLine;
let harbour = '';

beforeAll(async () => {
  holdfast = await createCommandLine();
  harbour = await makeHarbour(holdfast.root);
  await holdfast.json(['init']);
});
afterAll(() => holdfast[Symbol.asyncDispose]());

const secretFiles = async () => (await readdir(holdfast.dataDir)).filter((name) => name.startsWith('secrets'));

describe('settings set secrets', () => {
  test('moves them, with a passphrase from a file, and settings show says where they are', async () => {
    expect(await holdfast.json(['settings', 'show'])).toMatchObject({ code: 0, document: { settings: {}, secrets: { kind: 'file' } } });
    const add = ['--provider-folder', harbour, 'location', 'add', 'quay', '--title', 'Quay', '--folder', 'quay', '--secrets-file', '-'];
    expect((await holdfast.json(add, { stdin: '{"pass":"sesame"}' })).code).toBe(0);
    expect(await secretFiles()).toEqual(['secrets.json']);

    const move = ['settings', 'set', 'secrets', 'encrypted'];
    expect(await holdfast.json(move)).toMatchObject({ code: 1, document: { error: { code: 'secrets-passphrase-missing' } } });
    expect(await secretFiles()).toEqual(['secrets.json']);
    const file = join(holdfast.root, 'passphrase');
    await writeFile(file, 'open sesame\n');
    const env = { HOLDFAST_SECRETS_PASSPHRASE_FILE: file };
    expect(await holdfast.json(move, { env })).toMatchObject({ code: 0, document: { secrets: { kind: 'encrypted-file' } } });
    expect(await secretFiles()).toEqual(['secrets.encrypted.json']);
    expect((await holdfast.run(['settings', 'show'])).out).toMatch(/^secrets +encrypted, kept in .*secrets\.encrypted\.json/m);

    const check = ['--provider-folder', harbour, 'location', 'check', 'Quay'];
    expect((await holdfast.run(check)).code).toBe(1);
    expect((await holdfast.run(check, { env })).code).toBe(0);
    expect((await holdfast.json(['settings', 'set', 'secrets', 'file'], { env })).code).toBe(0);
    expect((await holdfast.run(check)).code).toBe(0);
  });

  test.each([
    ['secrets', 'default'],
    ['isolation', 'thread'],
  ])('%s is not set to %s', async (name, value) => {
    expect(await holdfast.json(['settings', 'set', name, value])).toMatchObject({
      code: 2,
      document: { error: { code: 'setting-invalid' } },
    });
  });

  test('an encrypted store is not opened for a location without secrets', async () => {
    await using other = await createCommandLine();
    await other.json(['init']);
    const env = { HOLDFAST_SECRETS: 'encrypted' };
    const added = await other.json(['location', 'add', 'local', '--path', join(other.root, 'backups'), '--title', 'Plain'], { env });
    expect(added.code).toBe(0);
    expect((await other.json(['location', 'reconfigure', 'Plain', '--path', join(other.root, 'moved')], { env })).code).toBe(0);
    expect((await other.json(['location', 'remove', 'Plain', '--yes'], { env })).code).toBe(0);
  });
});

test('settings set isolation counts until the environment says otherwise', async () => {
  const startedBy = async (env: NodeJS.ProcessEnv = {}) => {
    const status = async () =>
      (await holdfast.json(['provider', 'running'])).document as unknown as { running: { package: string; at: string }[] };
    const at = async () => (await status()).running.find((one) => one.package === 'holdfast-provider-harbour')?.at;
    const before = await at();
    expect((await holdfast.run(['--provider-folder', harbour, 'location', 'check', 'Quay'], { env })).code).toBe(0);
    return before === (await at()) ? 'inline' : 'process';
  };
  expect(await startedBy()).toBe('process');
  expect(await holdfast.json(['settings', 'set', 'isolation', 'inline'])).toMatchObject({
    document: { settings: { isolation: 'inline' } },
  });
  expect(await startedBy()).toBe('inline');
  expect(await startedBy({ HOLDFAST_ISOLATION: 'process' })).toBe('process');
  expect(await holdfast.json(['settings', 'set', 'isolation', 'default'])).toMatchObject({ document: { settings: {} } });
  expect(await startedBy()).toBe('process');
});

test('provider enable lets a package run again that came along and crashed too often', async () => {
  const { document } = await holdfast.json(['provider', 'show', 'local']);
  const { name, version } = (document as unknown as { package: { name: string; version: string } }).package;
  const now = new Date().toISOString();
  const folder = join(holdfast.dataDir, 'provider-state', '@holdfast');
  await mkdir(folder, { recursive: true });
  const counts = { hostPid: 1, requests: 0, restarts: 0 };
  const status = { package: name, version, isolation: 'process', state: 'stopped', ...counts, crashes: [now, now, now], at: now };
  await writeFile(join(folder, 'provider-local.status.json'), JSON.stringify(status));
  const add = ['location', 'add', 'local', '--path', join(holdfast.root, 'local'), '--title', 'Local'];
  const inProcess = { env: { HOLDFAST_ISOLATION: 'process' } };
  const refused = await holdfast.json(add, inProcess);
  expect(refused).toMatchObject({ code: 1, document: { error: { code: 'provider-stopped' } } });
  expect(refused.document.error.remedy).toContain(`holdfast provider enable ${name}`);
  expect(await holdfast.json(['provider', 'enable', name])).toMatchObject({ code: 0, document: { package: { name, version } } });
  expect((await holdfast.json(add, inProcess)).code).toBe(0);
  expect(await holdfast.json(['provider', 'enable', 'nothing'])).toMatchObject({ document: { error: { code: 'provider-not-installed' } } });
});
