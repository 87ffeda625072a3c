import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';
import { misbehaviours, stores } from './memory-provider.fixture.js';

const tarKey = 'ha/Automatic_backup_2026.8_2026-08-19_04.45_12345678.tar';
const metadataKey = tarKey.replace('.tar', '.metadata.json');

let place: HostPlace;
let id: string;
beforeEach(async () => {
  place = await makeHostPlace();
  await place.addLocation('maker');
  const { backup } = await place.create();
  id = backup.id;
  await place.addLocation('bucket');
  const tar = stores.get('maker')?.get(backup.locations[0]?.key ?? '');
  stores.set('maker', new Map());
  await place.host.locations.remove(place.host.locations.get('maker').id);
  put(tarKey, tar ?? Buffer.alloc(0));
  put(metadataKey, JSON.stringify({ metadata_version: '1', backup_id: id, backup_metadata: record() }));
});
afterEach(() => place[Symbol.asyncDispose]());

const put = (key: string, content: string | Buffer) => stores.get('bucket')?.set(key, Buffer.from(content));
const record = () => ({
  backup_id: id,
  name: 'Automatic backup 2026.8',
  date: '2026-08-19T04:45:00.123456+02:00',
  protected: true,
  size: 1,
  homeassistant_included: true,
  homeassistant_version: '2026.8.0',
  database_included: true,
  folders: ['share', 'addons/local'],
  addons: [{ slug: 'core_ssh', name: 'SSH', version: '1' }],
  extra_metadata: { instance_id: 'x', with_automatic_settings: true },
});

/** Which backup files were opened while something was done. */
async function openedBy(run: () => Promise<unknown>): Promise<string[]> {
  const opened: string[] = [];
  misbehaviours.set('bucket', { onGet: (key) => key.endsWith('.tar') && opened.push(key) });
  await run();
  misbehaviours.clear();
  return opened;
}

describe("Home Assistant's backup at a location", () => {
  test('is listed by what it notes beside it, without a look into the file', async () => {
    const opened = await openedBy(async () => {
      expect(await place.host.backups.list()).toMatchObject({
        backups: [
          {
            id,
            name: 'Automatic backup 2026.8',
            date: '2026-08-19T04:45:00.123456+02:00',
            size: stores.get('bucket')?.get(tarKey)?.length,
            encrypted: true,
            origin: 'other',
            seal: 'unsealed',
            sources: ['homeassistant', 'share', 'addons_local', 'core_ssh'],
            locations: [{ title: 'bucket', key: tarKey, managedBy: 'home-assistant' }],
          },
        ],
        unreadable: [],
        alarms: [],
      });
      expect((await place.host.backups.list({ scan: true })).backups).toHaveLength(1);
    });
    expect(opened).toEqual([]);
  });

  test('is shown, verified and restored', async () => {
    expect(await place.host.backups.show(id)).toMatchObject({ metadata: { homeassistant_version: '2026.8.0' } });
    expect(await place.host.backups.verify({ id })).toMatchObject({ ok: true, seal: 'unsealed', files: 2 });
    await place.host.backups.restore({ backup: { id }, to: join(place.folder, 'restored') });
    expect(readFileSync(join(place.folder, 'restored/docs/canary-name.txt'), 'utf8')).toBe('canary content');
  });

  test.each(['{', 'as it should be'])('is never deleted here, also where what stands beside it is %j', async (metadata) => {
    if (metadata === '{') put(metadataKey, metadata);
    const before = place.keysAt('bucket');
    await expect(place.host.backups.delete(id)).rejects.toMatchObject({ code: 'not-ours-to-delete' });
    await expect(place.host.backups.delete(tarKey)).rejects.toMatchObject({ code: 'not-ours-to-delete' });
    expect(place.keysAt('bucket')).toEqual(before);
  });

  test('takes its place in the pages of a list, beside our own', async () => {
    const { backup } = await place.create();
    put(tarKey.replace('.tar', '_copy.tar'), 'shorter');
    put(metadataKey.replace('.metadata', '_copy.metadata'), JSON.stringify(record()));
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: Awaited<ReturnType<typeof place.host.backups.list>> = await place.host.backups.list({
        limit: 1,
        ...(next === '' ? {} : { after: next }),
      });
      seen.push(...page.backups.map(({ locations: [copy] }) => copy?.key ?? ''));
      ({ next } = page);
    }
    const others = [tarKey, tarKey.replace('.tar', '_copy.tar')];
    expect(seen[0]).toBe(backup.locations[0]?.key);
    expect(seen.slice(1).sort()).toEqual(others.sort());
  });
});

describe('what stands beside a backup file', () => {
  test('may be the plain record, or be called as another location calls it', async () => {
    stores.get('bucket')?.delete(metadataKey);
    put(tarKey.replace('.tar', '_meta.json'), JSON.stringify(record()));
    expect((await place.host.backups.list()).backups).toMatchObject([{ id, name: 'Automatic backup 2026.8' }]);
  });

  test('is none of a file whose name only starts alike', async () => {
    stores.get('bucket')?.delete(tarKey);
    put(tarKey.replace('.tar', '_2.tar'), 'another');
    expect(await place.host.backups.list()).toMatchObject({ backups: [], unreadable: [] });
  });

  test('hides nothing else when it is broken or hostile, and says why it is of no use', async () => {
    const { backup } = await place.create();
    const broken = {
      text: '{',
      deep: '['.repeat(500_000),
      large: ' '.repeat(1_100_000),
      path: JSON.stringify({ ...record(), backup_id: '../x' }),
    };
    for (const [name, content] of Object.entries(broken)) {
      put(`${name}.tar`, 'no backup');
      put(`${name}.metadata.json`, content);
    }
    const page = await place.host.backups.list();
    expect(page.backups.map((found) => found.id).sort()).toEqual([backup.id, id].sort());
    const reasons = page.unreadable.map(({ key, message }) => [key, message.slice(message.indexOf(': '))]);
    expect(Object.fromEntries(reasons)).toEqual({
      'text.tar': ': it is not JSON in UTF-8.',
      'deep.tar': ': it is not JSON in UTF-8.',
      'large.tar': ': it is too large.',
      'path.tar': ': backup_id is not an id.',
    });
  });
});
