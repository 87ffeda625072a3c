import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours } from './memory-provider.fixture.js';
import type { KeyEvent } from './host/events.js';

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

describe('changing the key', () => {
  test('lets new backups have the new key, and old ones open as before, also when all is opened again', async () => {
    await place.addLocation('one');
    const events: KeyEvent[] = [];
    place.host.events.on('key', (event) => events.push(event));
    const { backup: old } = await place.create({ name: 'old' });
    const { current, former } = await place.host.keys.change();
    const { backup: young } = await place.create({ name: 'young' });
    expect(young.keyFingerprint).toBe(current.fingerprint);
    expect(old.keyFingerprint).toBe(former?.fingerprint);
    expect(events).toEqual([{ type: 'changed', fingerprint: current.fingerprint }]);
    await place.reopen();
    for (const { id } of [old, young]) expect(await place.host.backups.verify({ id })).toMatchObject({ seal: 'sealed' });
    const uses = await place.host.keys.use();
    expect(uses.known.map(({ fingerprint, backups }) => [fingerprint, backups])).toEqual([
      [current.fingerprint, 1],
      [former?.fingerprint, 1],
    ]);
    expect(JSON.stringify(uses)).not.toContain(current.key);
  });

  test('waits for no backup that is under way, and harms none', async () => {
    await place.addLocation('one');
    misbehaviours.set('one', { stallPutAfter: 1_000 });
    const stop = new AbortController();
    const making = place.create({ signal: stop.signal });
    const before = place.host.keys.current();
    await expect.poll(() => readFileSync(join(place.dataDir, 'backups.lock'), 'utf8')).toContain('creating');
    await expect(place.host.keys.change()).rejects.toMatchObject({ code: 'backup-running' });
    stop.abort();
    await expect(making).rejects.toMatchObject({ code: 'cancelled' });
    expect(place.host.keys.current()).toEqual(before);
  });

  test('a kit of the former key is outdated until one of the new key is saved', async () => {
    expect(place.host.kit.state()).toEqual({ state: 'missing' });
    await place.host.kit.save(place.folder);
    expect(place.host.kit.state().state).toBe('saved');
    await place.host.keys.change();
    expect(place.host.kit.state().state).toBe('outdated');
    const { textPath } = await place.host.kit.save(place.folder);
    expect(place.host.kit.state().state).toBe('saved');
    expect(readFileSync(textPath, 'utf8')).toContain('This host has or had other keys.');
  });
});

describe('a kit', () => {
  test('is proven by a group of its key or by the file, and by no other', async () => {
    const { textPath, htmlPath } = await place.host.kit.save(place.folder);
    const key = place.host.keys.current()?.key ?? '';
    const { group } = place.host.kit.question();
    await expect(place.host.kit.confirm({ group, typed: 'ABC' })).rejects.toMatchObject({ code: 'kit-proof-wrong' });
    await place.host.kit.confirm({ group, typed: ` ${key.split('-')[group - 1]?.toLowerCase()} ` });
    expect(place.host.kit.saved()).toMatchObject({ place: textPath, proven: { how: 'typed' } });
    await place.host.kit.confirm({ file: htmlPath });
    expect(place.host.kit.saved()).toMatchObject({ place: htmlPath, proven: { how: 'file' } });
    await place.host.keys.change();
    await expect(place.host.kit.confirm({ file: textPath })).rejects.toMatchObject({ code: 'kit-of-other-key' });
  });

  test('is checked against what lies where, with its own key alone', async () => {
    await place.addLocation('one');
    await place.addLocation('two');
    const { backup: first } = await place.create({ name: 'first', locations: ['one'] });
    const { backup: second } = await place.create({ name: 'second' });
    const { textPath } = await place.host.kit.save(place.folder);
    await place.host.keys.change();
    const { backup: third } = await place.create({ name: 'third', locations: ['two'] });
    await place.create({ name: 'plain', encrypt: false, locations: ['two'] });
    const check = await place.host.kit.check(textPath);
    const copies = (of: readonly { id: string; location: string }[]) => of.map(({ id, location }) => `${id} ${location}`).sort();
    expect(copies(check.opens)).toEqual([`${first.id} one`, `${second.id} one`, `${second.id} two`].sort());
    expect(check.opens.filter(({ how }) => how === 'opened')).toHaveLength(2);
    expect(copies(check.others)).toEqual([`${third.id} two`]);
    expect(check).toMatchObject({ key: 'former', intact: true, plain: 1, unavailable: [] });
    // The host has that key; it is of no use to the check.
    const damaged = join(place.folder, 'damaged.txt');
    const text = readFileSync(textPath, 'utf8');
    const key = place.host.keys.all()[1]?.key ?? '';
    writeFileSync(damaged, text.replaceAll(key, `${key.slice(0, -1)}${key.endsWith('7') ? '8' : '7'}`));
    expect(await place.host.kit.check(damaged)).toMatchObject({ intact: false, opens: [], key: 'unknown' });
  });
});

describe('a key of old', () => {
  test('that is typed on a new host opens its backups without asking, until it is forgotten', async () => {
    await place.addLocation('shared');
    const { backup } = await place.create();
    const key = place.host.keys.current()?.key ?? '';
    await place.reopen({ fresh: true });
    await place.addLocation('shared');
    const [added] = await place.host.keys.addFrom({ typed: key.toLowerCase().replaceAll('-', ' ') });
    expect(added).toMatchObject({ key: { fingerprint: backup.keyFingerprint }, use: { backups: 1 } });
    expect(await place.host.backups.verify({ id: backup.id })).toMatchObject({ seal: 'sealed' });
    await expect(place.host.keys.addFrom({ typed: key })).rejects.toMatchObject({ code: 'key-known' });
    await place.host.keys.forget(backup.keyFingerprint ?? '');
    await expect(place.host.backups.verify({ id: backup.id })).rejects.toMatchObject({
      details: { keyFingerprint: backup.keyFingerprint },
    });
    await expect(place.host.keys.forget(place.host.keys.current()?.fingerprint ?? '')).rejects.toMatchObject({ code: 'key-in-use' });
  });
});
