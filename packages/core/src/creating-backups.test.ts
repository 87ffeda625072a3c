import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';

let place: HostPlace;
beforeEach(async () => {
  place = await makeHostPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

describe('creating a backup', () => {
  test('stores the same bytes at every location, whether it takes holes or not', async () => {
    await place.addLocation('one');
    await place.addLocation('two', 'plain-memory');
    const { backup, outcome } = await place.create();
    expect(outcome).toBe('complete');
    const [key] = place.keysAt('one');
    expect(place.keysAt('two')).toEqual([key, `${key}.holdfast.index`, `${key}.holdfast.json`]);
    expect(
      stores
        .get('one')
        ?.get(key ?? '')
        ?.equals(stores.get('two')?.get(key ?? '') ?? Buffer.alloc(0)),
    ).toBe(true);
    for (const { id: location } of backup.locations) {
      expect(await place.host.backups.verify({ id: backup.id }, { location })).toMatchObject({
        ok: true,
        files: 2,
        sources: ['docs'],
        size: backup.size,
      });
    }
    expect(readdirSync(join(place.dataDir, 'spool'))).toEqual([]);
  });

  test('gives a location neither content, nor a file name, nor the key', async () => {
    await place.addLocation('one');
    writeFileSync(join(place.source, 'canary-problem'), '');
    execFileSync('mkfifo', [join(place.source, 'canary-pipe')]);
    const { problems } = await place.create();
    expect(problems).toMatchObject([{ path: 'canary-pipe', code: 'not-a-file' }]);
    const all = Buffer.concat([...(stores.get('one')?.values() ?? [])]).toString('latin1');
    expect(all).not.toContain('canary');
    expect(all).not.toContain(place.host.keys.current()?.key ?? 'no key');
    const [listed] = (await place.host.backups.list()).backups;
    expect(listed?.warnings).toBe(1);
    expect((await place.host.backups.show(listed?.id ?? '')).problems).toEqual(problems);
  });

  test('leaves out the data directory, wherever it lies: the key does not belong into a backup', async () => {
    await place.addLocation('one');
    const { backup } = await place.create({ sources: [{ name: 'all', path: place.folder }] });
    const paths: string[] = [];
    for await (const { path } of place.host.backups.contents({ id: backup.id })) paths.push(path);
    expect(paths).toEqual(['', 'docs', 'docs/canary-name.txt', 'docs/large']);
  });

  test('goes on without a location that fails, and leaves nothing there', async () => {
    await place.addLocation('good');
    await place.addLocation('full', 'plain-memory');
    misbehaviours.set('full', { failPutAfter: 1_000 });
    const { backup, outcome, locations } = await place.create();
    expect(outcome).toBe('with-warnings');
    expect(locations).toMatchObject([
      { title: 'good', state: 'stored' },
      { title: 'full', state: 'failed', error: { code: 'location-failed' } },
    ]);
    expect(place.keysAt('full')).toEqual([]);
    expect(backup.locations.map(({ title }) => title)).toEqual(['good']);
  });

  test('fails when every location fails, saying why for each, and leaves nothing', async () => {
    await place.addLocation('full');
    misbehaviours.set('full', { failPutAfter: 1_000 });
    await expect(place.create()).rejects.toMatchObject({
      code: 'no-location-stored',
      message: expect.stringContaining('The memory is full.') as string,
    });
    expect(place.keysAt('full')).toEqual([]);
    expect(readdirSync(join(place.dataDir, 'journal'))).toEqual([]);
  });

  test('does not show a backup that a location gives back changed', async () => {
    await place.addLocation('faulty');
    misbehaviours.set('faulty', { corruptByte: 2_000 });
    await expect(place.create()).rejects.toMatchObject({
      code: 'no-location-stored',
      message: expect.stringContaining('from byte 0 on') as string,
    });
    expect(place.keysAt('faulty')).toEqual([]);
  });

  test('can be cancelled at any time, and leaves nothing', async () => {
    await place.addLocation('slow');
    misbehaviours.set('slow', { stallPutAfter: 1_000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    await expect(place.create({ signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(place.keysAt('slow')).toEqual([]);
    expect(readdirSync(place.dataDir)).not.toContain('backups.lock');
  });

  test('is refused while another one runs', async () => {
    await place.addLocation('one');
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const begun = new Promise<void>((resolve) => {
      const beforePiece = async () => {
        resolve();
        await held;
      };
      misbehaviours.set('one', { beforePiece });
    });
    const first = place.create();
    await begun;
    await expect(place.create()).rejects.toMatchObject({ code: 'backup-running' });
    goOn();
    expect(await first).toMatchObject({ outcome: 'complete' });
  });

  test('without encryption is refused by a location that takes encrypted backups only', async () => {
    await place.addLocation('vault', 'vault');
    await expect(place.create({ encrypt: false })).rejects.toMatchObject({
      message: expect.stringContaining('takes encrypted backups only') as string,
    });
    await place.addLocation('open');
    const { backup } = await place.create({ encrypt: false });
    expect(backup).toMatchObject({ encrypted: false, locations: [{ title: 'open' }] });
  });

  test.each([
    [[], 'no-source'],
    [[{ name: 'docs', path: '/nowhere' }], 'source-missing'],
    [[{ name: 'docs', path: `/${'a'.repeat(300)}` }], 'source-missing'],
    [[{ name: 'Bad Name', path: '.' }], 'source-name-invalid'],
    [[{ name: 'supervisor', path: '.' }], 'source-name-invalid'],
    [
      [
        { name: 'a', path: '.' },
        { name: 'a', path: '..' },
      ],
      'source-name-taken',
    ],
    [[{ name: 'a', path: import.meta.filename }], 'source-not-a-folder'],
  ])('refuses the sources %j with %s', async (sources, code) => {
    await place.addLocation('one');
    await expect(place.create({ sources })).rejects.toMatchObject({ code });
  });
});

describe('what is left by a run that died', () => {
  test('is removed by the next: a file without its sidecar, but never one that was copied there', async () => {
    const { id } = await place.addLocation('one');
    const { backup } = await place.create();
    const [key = ''] = backup.locations.map((copy) => copy.key);
    const objects = stores.get('one') ?? new Map<string, Buffer>();
    const other = '20200101T000000Z-00000000.tar';
    objects.set(other, objects.get(key) ?? Buffer.alloc(0));
    const died = '20260101T000000Z-11111111.tar';
    objects.set(died, Buffer.from('half'));
    writeFileSync(join(place.dataDir, 'journal', '1.json'), JSON.stringify({ operation: 'create', key: died, locations: [id] }));
    writeFileSync(join(place.dataDir, 'journal', '2.json'), JSON.stringify({ operation: 'create', key, locations: [id] }));
    await place.create();
    expect(place.keysAt('one')).not.toContain(died);
    expect(place.keysAt('one')).toEqual(expect.arrayContaining([other, key, `${key}.holdfast.json`]));
    expect(readdirSync(join(place.dataDir, 'journal'))).toEqual([]);
  });

  test('waits for a location that is away', async () => {
    const { id } = await place.addLocation('away');
    await place.addLocation('here');
    stores.get('away')?.set('20260101T000000Z-11111111.tar', Buffer.from('half'));
    mkdirSync(join(place.dataDir, 'journal'), { recursive: true });
    writeFileSync(
      join(place.dataDir, 'journal', '1.json'),
      JSON.stringify({ operation: 'create', key: '20260101T000000Z-11111111.tar', locations: [id] }),
    );
    misbehaviours.set('away', { away: true });
    await place.create({ locations: ['here'] });
    expect(readdirSync(join(place.dataDir, 'journal'))).toEqual(['1.json']);
    misbehaviours.clear();
    await place.create({ locations: ['here'] });
    expect(place.keysAt('away')).toEqual([]);
  });
});
