import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openKeyStore } from './key-store.js';
import { sealRootOf } from './seal-key.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the key store', () => {
  test('keeps the key for its owner alone and finds it again by its fingerprint', async () => {
    const created = await (await openKeyStore(folder)).create();
    const store = await openKeyStore(folder);
    expect(store.current()).toEqual(created);
    expect(store.withFingerprint(created.fingerprint)).toEqual(created);
    expect((await stat(join(folder, 'keys.json'))).mode & 0o777).toBe(0o600);
    await expect(store.create()).rejects.toMatchObject({ code: 'key-exists' });
  });

  test('makes one key when two try at once, in one process or in two, and the other learns of it', async () => {
    const [one, other] = [await openKeyStore(folder), await openKeyStore(folder)];
    const attempts = await Promise.allSettled([one.create(), other.create(), one.create(), other.create()]);
    const [made, ...more] = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    expect(more).toEqual([]);
    for (const attempt of attempts) if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'key-exists' });
    for (const store of [one, other, await openKeyStore(folder)]) expect(store.all()).toEqual([made]);
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  test('makes a new key beside those that are no longer used, and keeps them', async () => {
    const first = await (await openKeyStore(folder)).create();
    const retired = { ...first, until: '2026-11-21T10:00:00Z' };
    await writeFile(join(folder, 'keys.json'), JSON.stringify({ version: 1, keys: [retired] }), { mode: 0o600 });
    const second = await (await openKeyStore(folder)).create();
    expect((await openKeyStore(folder)).all()).toEqual([second, retired]);
  });

  test('keeps the former key beside the new one, with the days of both, and other processes see it at once', async () => {
    const first = await (await openKeyStore(folder)).create();
    const [store, other] = [await openKeyStore(folder, { now: () => new Date('2026-11-22T10:00:00Z') }), await openKeyStore(folder)];
    const { current, former } = await store.change({ from: first.fingerprint });
    expect(former).toEqual({ ...first, until: '2026-11-22T10:00:00.000Z' });
    expect(current).toMatchObject({ since: '2026-11-22T10:00:00.000Z' });
    for (const each of [store, other, await openKeyStore(folder)]) {
      expect(each.current()).toEqual(current);
      expect(each.all()).toEqual([current, former]);
      expect(await each.sealMaterial(first.fingerprint)).toEqual(await store.sealMaterial(first.fingerprint));
    }
    // Who decided by the key of before has to decide anew.
    await expect(other.change({ from: first.fingerprint })).rejects.toMatchObject({ code: 'key-changed' });
    expect(other.current()).toEqual(current);
  });

  test('loses none of the keys of several changes at once', async () => {
    const first = await (await openKeyStore(folder)).create();
    const [one, other] = [await openKeyStore(folder), await openKeyStore(folder)];
    const changed = await Promise.all([one.change(), other.change(), other.add({ key: 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG' })]);
    const fingerprints = [first, changed[0].current, changed[1].current, changed[2]].map(({ fingerprint }) => fingerprint).sort();
    for (const store of [one, other])
      expect(
        store
          .all()
          .map(({ fingerprint }) => fingerprint)
          .sort(),
      ).toEqual(fingerprints);
    expect(one.all().filter(({ until }) => until === undefined)).toHaveLength(1);
  });

  test('forgets a former key and what an unfinished change left of it, and never the current one', async () => {
    const store = await openKeyStore(folder);
    const { key, fingerprint } = await store.create();
    await expect(store.forget(fingerprint)).rejects.toMatchObject({ code: 'key-in-use' });
    await store.change();
    await writeFile(join(folder, 'keys.json.0123456789ab.tmp'), key);
    await store.forget(fingerprint);
    expect(store.withFingerprint(fingerprint)).toBeUndefined();
    expect(await readdir(folder)).toEqual(['keys.json']);
    expect(await readFile(join(folder, 'keys.json'), 'utf8')).not.toContain(key);
    await expect(store.forget(fingerprint)).rejects.toMatchObject({ code: 'unknown-key' });
  });

  test('whose file vanishes still opens what is there, makes nothing new, and begins no other file', async () => {
    const store = await openKeyStore(folder);
    const { fingerprint } = await store.create();
    await rm(join(folder, 'keys.json'));
    expect(store.withFingerprint(fingerprint)).toBeDefined();
    expect(() => store.current()).toThrow(expect.objectContaining({ code: 'keys-file-damaged' }));
    await expect(store.change()).rejects.toMatchObject({ code: 'keys-file-damaged' });
    expect(await readdir(folder)).toEqual([]);
  });

  test('keeps what seals are made with beside the key, draws it once, and gives it out with no key', async () => {
    const { fingerprint, key, since } = await (await openKeyStore(folder)).create();
    const file = join(folder, 'keys.json');
    const drawn = await (await openKeyStore(folder)).sealMaterial(fingerprint);
    expect(drawn?.root.equals(await sealRootOf(key, drawn.salt))).toBe(true);
    // As version 0.1 wrote it.
    await writeFile(file, JSON.stringify({ version: 1, keys: [{ key, fingerprint, since }] }), { mode: 0o600 });
    const store = await openKeyStore(folder);
    const [one, other] = await Promise.all([store.sealMaterial(fingerprint), store.sealMaterial(fingerprint)]);
    expect(one).toEqual(other);
    expect(one?.salt.equals(drawn?.salt ?? Buffer.alloc(0))).toBe(false);
    expect(await (await openKeyStore(folder)).sealMaterial(fingerprint)).toEqual(one);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await store.sealMaterial(fingerprint, drawn?.salt)).toEqual(drawn);
    expect(await store.sealMaterial('hf1-0123456789abcdef-0000000000000000')).toBeUndefined();
    expect(JSON.stringify([store, store.current(), store.all(), store.withFingerprint(fingerprint)])).not.toContain('root');
  });

  test.skipIf(process.platform === 'win32')('closes a file that others could read, and says so', async () => {
    await (await openKeyStore(folder)).create();
    await chmod(join(folder, 'keys.json'), 0o644);
    expect((await openKeyStore(folder)).warnings).toHaveLength(1);
    expect((await stat(join(folder, 'keys.json'))).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['cut short', '{"version":1,"keys":[{"key":"SECR'],
    ['of another shape', '{"version":1}'],
    ['incomplete', '{"version":1,"keys":[{"key":"SECR"}]}'],
    ['newer', '{"version":2,"keys":[]}'],
  ])('a file that is %s is left as it is, and the error does not quote it', async (_, content) => {
    await writeFile(join(folder, 'keys.json'), content, { mode: 0o600 });
    const failure = await openKeyStore(folder).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'keys-file-damaged' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('SECR');
    expect(await readFile(join(folder, 'keys.json'), 'utf8')).toBe(content);
  });
});
