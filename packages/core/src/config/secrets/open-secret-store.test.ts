import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentLog, temporaryFolder } from '../../providers/package.fixture.js';
import type { LoadKeyring } from './keyring.js';
import { memoryKeyring, noKeyring } from './keyring.fixture.js';
import { openSecretStore } from './open-secret-store.js';

const plain = 'secrets.json';
const encrypted = 'secrets.encrypted.json';
const canary = 'canary-7f3a-secret';

/** A data directory, and how each run of the host opens its secrets. */
async function dataDirectory(loadKeyring: LoadKeyring = noKeyring) {
  const dataDir = await temporaryFolder();
  return {
    dataDir,
    file: (name: string) => join(dataDir, name),
    content: async () =>
      Promise.all((await readdir(dataDir)).map((name) => readFile(join(dataDir, name), 'utf8'))).then((all) => all.join()),
    open: (environment: NodeJS.ProcessEnv = {}, passphrase?: string, keyring = loadKeyring) =>
      openSecretStore({
        dataDir,
        instanceId: 'one',
        log: silentLog,
        environment,
        loadKeyring: keyring,
        ...(passphrase === undefined ? {} : { passphrase: async () => passphrase }),
      }),
  };
}

describe('how secrets are kept', () => {
  test('in the keyring where there is one, from the first secret on, and nothing is loaded before', async () => {
    const keyring = memoryKeyring();
    const data = await dataDirectory(keyring.load);
    const store = await data.open();
    expect([await store.of('a'), keyring.state.loads, store.kind]).toEqual([{}, 0, 'undecided']);
    await store.set('a', { token: canary });
    expect(await data.content()).not.toContain(canary);
    expect(keyring.entries.size).toBe(1);
    expect([...keyring.entries.keys()]).toEqual([expect.stringMatching(/^Holdfast one .* secret-service$/)]);
    const next = await data.open({ HOLDFAST_SECRETS: 'file' });
    expect([await next.of('a'), next.kind]).toEqual([{ token: canary }, 'keyring']);
  });

  test('in a file where there is none, which is told with the reason', async () => {
    const store = await (await dataDirectory()).open();
    expect(await store.examine()).toEqual([]);
    expect(store.describe()).toMatch(
      /^none yet; they are going to be kept in .*secrets\.json, .* \(no keyring on this machine: its native/,
    );
    await store.set('a', { token: canary });
    expect(store.kind).toBe('file');
    expect(await store.examine()).toEqual([]);
    expect(store.describe()).toMatch(/^kept in .*secrets\.json, readable by you alone \(no keyring on this machine: .*\)$/);
  });

  test('never in the clear if the keyring was asked for and is not there', async () => {
    const data = await dataDirectory();
    const store = await data.open({ HOLDFAST_SECRETS: 'keyring' });
    await expect(store.set('a', { token: canary })).rejects.toMatchObject({ code: 'keyring-unavailable' });
    expect(await readdir(data.dataDir)).toEqual([]);
    expect(await store.examine()).toMatchObject([{ severity: 'warning', message: expect.stringContaining('native module') as unknown }]);
  });

  test('what is there counts more than what is asked for, which is told', async () => {
    const data = await dataDirectory();
    await (await data.open()).set('a', { token: canary });
    const store = await data.open({ HOLDFAST_SECRETS: 'encrypted' }, 'open sesame');
    await store.set('b', { token: 'other' });
    expect(await readdir(data.dataDir)).toEqual([plain]);
    expect(await store.examine()).toMatchObject([
      { severity: 'warning', message: expect.stringMatching(/asks for .* still kept in/) as unknown },
    ]);
  });

  test('a place that there is none of is refused at once', async () => {
    await expect((await dataDirectory()).open({ HOLDFAST_SECRETS: 'constructor' })).rejects.toMatchObject({
      code: 'secrets-setting-invalid',
    });
  });

  test('a keyring that lost the key, or is locked now, is told and nothing is changed', async () => {
    const keyring = memoryKeyring();
    const data = await dataDirectory(keyring.load);
    await (await data.open()).set('a', { token: canary });
    const before = await data.content();
    keyring.state.fault = new Error('the prompt was dismissed.\nmore');
    const locked = await data.open();
    await expect(locked.of('a')).rejects.toMatchObject({ code: 'keyring-unavailable', details: { reason: 'the prompt was dismissed' } });
    delete keyring.state.fault;
    keyring.entries.clear();
    await expect((await data.open()).set('a', { token: 'x' })).rejects.toMatchObject({ code: 'keyring-key-missing' });
    expect(await data.content()).toBe(before);
  });
});

describe('secrets encrypted with a passphrase', () => {
  test('are read again with it, which the file that is named may hold', async () => {
    const data = await dataDirectory();
    await (await data.open({ HOLDFAST_SECRETS: 'encrypted' }, 'open sesame \u00e9')).set('a', { token: canary });
    expect(await data.content()).not.toContain(canary);
    const file = join(await temporaryFolder(), 'passphrase');
    // The same text, in the form that another system types it.
    await writeFile(file, 'open sesame e\u0301\nsecond line\n');
    const store = await data.open({ HOLDFAST_SECRETS_PASSPHRASE_FILE: file });
    expect([await store.of('a'), store.kind]).toEqual([{ token: canary }, 'encrypted-file']);
  });

  test.each([
    ['a wrong passphrase', 'sesame', {}, 'secrets-passphrase-wrong'],
    ['no passphrase', undefined, {}, 'secrets-passphrase-missing'],
    ['a file that is not there', undefined, { HOLDFAST_SECRETS_PASSPHRASE_FILE: '/nowhere/passphrase' }, 'secrets-passphrase-unreadable'],
  ])('are neither read nor written with %s', async (_, passphrase, environment, code) => {
    const data = await dataDirectory();
    await (await data.open({ HOLDFAST_SECRETS: 'encrypted' }, 'open sesame')).set('a', { token: canary });
    const before = await data.content();
    const store = await data.open(environment, passphrase);
    await expect(store.of('a')).rejects.toMatchObject({ code });
    await expect(store.set('a', { token: 'new' })).rejects.toMatchObject({ code });
    expect(await data.content()).toBe(before);
    expect(await store.examine()).toMatchObject([{ severity: 'error' }]);
  });

  test('what was changed in the file is noticed', async () => {
    const data = await dataDirectory();
    await (await data.open({ HOLDFAST_SECRETS: 'encrypted' }, 'open sesame')).set('a', { token: canary });
    const stored = JSON.parse(await readFile(data.file(encrypted), 'utf8')) as { secrets: { data: string } };
    const bytes = Buffer.from(stored.secrets.data, 'base64');
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    stored.secrets.data = bytes.toString('base64');
    await writeFile(data.file(encrypted), JSON.stringify(stored));
    await expect((await data.open({}, 'open sesame')).of('a')).rejects.toMatchObject({ code: 'config-damaged' });
  });
});

describe('moving secrets', () => {
  const kinds = ['file', 'encrypted-file', 'keyring'] as const;
  const ways = kinds.flatMap((from) => kinds.filter((to) => to !== from).map((to) => [from, to] as const));
  const wish = { file: 'file', 'encrypted-file': 'encrypted', keyring: 'keyring' };

  test.each(ways)('from %s to %s keeps all of them, and leaves nothing behind', async (from, to) => {
    const keyring = memoryKeyring();
    const data = await dataDirectory(keyring.load);
    const store = await data.open({ HOLDFAST_SECRETS: wish[from] }, 'open sesame');
    await store.set('a', { token: canary });
    const running = await data.open({}, 'open sesame');
    await store.move(to);
    expect([store.kind, await store.of('a')]).toEqual([to, { token: canary }]);
    expect(await readdir(data.dataDir)).toEqual([to === 'file' ? plain : encrypted]);
    expect(keyring.entries.size).toBe(to === 'keyring' ? 1 : 0);
    // A process that was running meanwhile goes on at the new place.
    await running.set('b', { token: 'later' });
    expect(await running.of('a')).toEqual({ token: canary });
    expect(await readdir(data.dataDir)).toEqual([to === 'file' ? plain : encrypted]);
    expect(await store.of('b')).toEqual({ token: 'later' });
  });

  test.each(kinds.filter((kind) => kind !== 'file'))(
    'to %s that a crash cut short before the plain file went is finished with the next change',
    async (to) => {
      const data = await dataDirectory(memoryKeyring().load);
      const store = await data.open({ HOLDFAST_SECRETS: 'file' }, 'open sesame');
      await store.set('a', { token: canary });
      await copyFile(data.file(plain), data.file('kept'));
      await store.move(to);
      await copyFile(data.file('kept'), data.file(plain));
      const next = await data.open({}, 'open sesame');
      expect([next.kind, await next.of('a')]).toEqual([to, { token: canary }]);
      await next.set('b', { token: 'later' });
      expect(await readdir(data.dataDir)).not.toContain(plain);
      expect([await next.of('a'), await next.of('b')]).toEqual([{ token: canary }, { token: 'later' }]);
    },
  );

  test('to a file that a crash cut short before the encrypted one went has not happened, and can be done again', async () => {
    const data = await dataDirectory();
    const store = await data.open({ HOLDFAST_SECRETS: 'encrypted' }, 'open sesame');
    await store.set('a', { token: canary });
    await copyFile(data.file(encrypted), data.file('kept'));
    await store.move('file');
    await copyFile(data.file('kept'), data.file(encrypted));
    const next = await data.open({}, 'open sesame');
    expect([next.kind, await next.of('a')]).toEqual(['encrypted-file', { token: canary }]);
    await next.move('file');
    expect([next.kind, await next.of('a')]).toEqual(['file', { token: canary }]);
  });

  test('never overwrites a file with other secrets that lies there', async () => {
    const data = await dataDirectory();
    const store = await data.open({ HOLDFAST_SECRETS: 'encrypted' }, 'open sesame');
    await store.set('a', { token: canary });
    const other = JSON.stringify({ version: 1, secrets: { a: { token: 'another' } } });
    await writeFile(data.file(plain), other, { mode: 0o600 });
    await expect(store.move('file')).rejects.toMatchObject({ code: 'secrets-twice' });
    await store.set('b', { token: 'later' });
    expect(await readFile(data.file(plain), 'utf8')).toBe(other);
    expect(await store.examine()).toMatchObject([{ severity: 'warning', message: expect.stringContaining('not the same') as unknown }]);
  });

  test('to a keyring that is not there leaves them where they are', async () => {
    const data = await dataDirectory();
    const store = await data.open();
    await store.set('a', { token: canary });
    await expect(store.move('keyring')).rejects.toMatchObject({ code: 'keyring-unavailable' });
    expect([store.kind, await store.of('a')]).toEqual(['file', { token: canary }]);
  });
});
