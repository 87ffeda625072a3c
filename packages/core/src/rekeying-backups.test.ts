import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeDatedHost } from './dated-host.fixture.js';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

const idsAndKeys = async () => (await place.host.backups.list()).backups.map(({ id, keyFingerprint }) => ({ id, keyFingerprint }));

const secondOf = (date = '') => date.slice(0, 'yyyy-mm-ddThh:mm:ss'.length);

describe('giving a backup the current key', () => {
  test.each(['v2', 'v3'] as const)(
    'leaves one whole backup where there was one, with its index, and nothing of the old key (%s)',
    async (encryption) => {
      await place.addLocation('one');
      await place.addLocation('two', 'plain-memory');
      const { backup } = await place.create({ encryption, automatic: { job: '0a0b0c0d' } });
      await place.host.backups.pin(backup.id);
      const { current, former } = await place.host.keys.change();
      const done = await place.host.backups.rekey(backup.id);
      expect(done).toMatchObject({ from: former?.fingerprint, to: current.fingerprint, locations: [{ title: 'one' }, { title: 'two' }] });
      expect(done.locations.every(({ error }) => error === undefined)).toBe(true);
      await place.host.keys.forget(former?.fingerprint ?? '');
      const page = await place.host.backups.list();
      expect(page.alarms).toEqual([]);
      expect(page.backups).toMatchObject([
        {
          id: done.newId,
          name: backup.name,
          seal: 'sealed',
          job: '0a0b0c0d',
          pinned: true,
          locations: [{ title: 'one' }, { title: 'two' }],
        },
      ]);
      expect(secondOf(page.backups[0]?.date)).toBe(secondOf(backup.date));
      for (const name of ['one', 'two']) expect(place.keysAt(name)).toHaveLength(3);
      for (const location of ['one', 'two']) {
        expect(await place.host.backups.verify({ id: done.newId }, { location })).toMatchObject({ seal: 'sealed', notes: [], files: 2 });
      }
      let reads = 0;
      misbehaviours.set('one', { onGet: (key, length) => (reads += key.endsWith('.tar') && length === undefined ? 1 : 0) });
      const parts: Uint8Array[] = [];
      for await (const part of place.host.backups.cat({ id: done.newId }, 'canary-name.txt')) parts.push(part);
      expect(Buffer.concat(parts).toString()).toBe('canary content');
      expect(reads).toBe(0);
    },
  );

  test('keeps its second, at the last millisecond of a year too', async () => {
    await using dated = await makeDatedHost();
    dated.now = Date.parse('2026-12-31T23:59:59.999Z');
    await dated.host.locations.add({ provider: 'memory', title: 'one', config: { name: 'one' } });
    const id = await dated.backUp('one');
    await dated.host.keys.change();
    const { newId } = await dated.host.backups.rekey(id);
    expect((await dated.host.backups.list()).backups).toMatchObject([{ id: newId, date: '2026-12-31T23:59:59.000+00:00' }]);
  });

  test('a location that fails keeps the old one, and is gone on with later', async () => {
    await place.addLocation('one');
    await place.addLocation('two');
    const { backup } = await place.create();
    await place.host.keys.change();
    misbehaviours.set('two', { failPutAfter: 1_000 });
    const first = await place.host.backups.rekey(backup.id);
    expect(first.locations).toMatchObject([{ title: 'one' }, { title: 'two', error: { code: 'location-failed' } }]);
    expect(await place.host.backups.verify({ id: backup.id }, { location: 'two' })).toMatchObject({ seal: 'sealed' });
    misbehaviours.delete('two');
    const second = await place.host.backups.rekey(backup.id);
    expect(second.newId).toBe(first.newId);
    expect(await idsAndKeys()).toEqual([{ id: first.newId, keyFingerprint: second.to }]);
    for (const name of ['one', 'two']) expect(place.keysAt(name)).toHaveLength(3);
  });

  test('a damaged backup is not passed on as if it were whole', async () => {
    await place.addLocation('one');
    const { backup } = await place.create();
    await place.host.keys.change();
    misbehaviours.set('one', { corruptByte: 5_000 });
    await expect(place.host.backups.rekey(backup.id)).rejects.toMatchObject({ code: 'rekey-not-possible' });
    misbehaviours.delete('one');
    expect((await idsAndKeys()).map(({ id }) => id)).toEqual([backup.id]);
    expect(place.keysAt('one')).toHaveLength(3);
  });

  test('stopped after any object that is stored or deleted, a whole backup is there, and the next call ends it', async () => {
    await place.addLocation('one');
    const { backup } = await place.create();
    const { current } = await place.host.keys.change();
    const start = new Map(stores.get('one'));
    let moment = 0;
    for (let stopped = true; stopped; ) {
      moment += 1;
      const objects = stores.get('one');
      objects?.clear();
      for (const [key, bytes] of start) objects?.set(key, bytes);
      const kept = readFileSync(join(place.dataDir, 'seal-log.json'), 'utf8');
      let changes = 0;
      stopped = false;
      const stop = new AbortController();
      misbehaviours.set('one', {
        onChange: () => {
          changes += 1;
          if (changes !== moment) return;
          stopped = true;
          // As if the process were gone: nothing that it would still clear up can be reached.
          misbehaviours.set('one', { away: true, failDelete: true });
          stop.abort();
        },
      });
      await place.host.backups.rekey(backup.id, { signal: stop.signal }).catch(() => {});
      misbehaviours.delete('one');
      const visible = (await place.host.backups.list()).backups;
      expect(visible.length).toBeGreaterThan(0);
      for (const { id } of visible) expect(await place.host.backups.verify({ id })).toMatchObject({ seal: 'sealed' });
      if (stopped && visible.some(({ id }) => id === backup.id)) await place.host.backups.rekey(backup.id);
      else if (stopped)
        await place.create({ name: 'sweeps', locations: ['one'] }).then(({ backup: { id } }) => place.host.backups.delete(id));
      const page = await place.host.backups.list();
      expect(page.backups).toMatchObject([{ keyFingerprint: current.fingerprint, seal: 'sealed' }]);
      expect(page.alarms).toEqual([]);
      expect(place.keysAt('one')).toHaveLength(3);
      writeFileSync(join(place.dataDir, 'seal-log.json'), kept);
    }
    // Three objects were stored and three deleted; then it came to its end.
    expect(moment).toBe(7);
  });
});
