import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HostPlace, makeHostPlace } from '../../../host-place.fixture.js';
import { snapshotTree, treeDifferences } from '../../tree.fixture.js';

let place: HostPlace;
let id: string;
let other: string;
beforeEach(async () => {
  place = await makeHostPlace();
  await place.addLocation('one');
  other = join(place.folder, 'notes');
  mkdirSync(join(other, 'closed'), { recursive: true });
  writeFileSync(join(other, 'closed/a'), 'a');
  symlinkSync('closed/a', join(other, 'link'));
  chmodSync(join(other, 'closed'), 0o555);
  ({ id } = (
    await place.create({
      sources: [
        { name: 'docs', path: place.source },
        { name: 'notes', path: other },
      ],
    })
  ).backup);
});
afterEach(async () => {
  chmodSync(join(other, 'closed'), 0o755);
  await place[Symbol.asyncDispose]();
});

const restore = (options: Partial<Parameters<HostPlace['host']['backups']['restore']>[0]> = {}) =>
  place.host.backups.restore({ backup: { id }, to: place.folder, replace: true, ...options });
const leftovers = () => readdirSync(place.folder).filter((name) => name.includes('holdfast-restore'));

/** What happened to the folders since the backup. */
function change(): void {
  writeFileSync(join(place.source, 'canary-name.txt'), 'changed');
  writeFileSync(join(place.source, 'new.txt'), 'new');
}

describe('restoring in place of folders', () => {
  test('puts them back as they were, keeps the former state, and deletes it when that is confirmed', async () => {
    const [docs, notes] = [snapshotTree(place.source), snapshotTree(other)];
    change();
    const changed = snapshotTree(place.source);
    const result = await restore();
    expect(result).toMatchObject({ problems: [], checked: 3, replaced: [{ source: 'docs', folder: place.source }, { source: 'notes' }] });
    expect(treeDifferences(docs, snapshotTree(place.source))).toEqual([]);
    expect(treeDifferences(notes, snapshotTree(other))).toEqual([]);
    expect(treeDifferences(changed, snapshotTree(result.replaced?.[0]?.former ?? ''))).toEqual([]);

    const [kept] = await place.host.restores.status();
    expect(kept).toMatchObject({ state: 'kept', takenUp: false, backup: id, folders: [{ folder: place.source }, { folder: other }] });
    expect(await place.host.restores.confirm(place.source)).toMatchObject([{ state: 'confirmed' }]);
    expect(leftovers()).toEqual([]);
    expect(await place.host.restores.status()).toEqual([]);
    expect(treeDifferences(docs, snapshotTree(place.source))).toEqual([]);
  });

  test('is undone, for all folders of the restore, by the name of the folder above', async () => {
    change();
    const [docs, notes] = [snapshotTree(place.source), snapshotTree(other)];
    await restore();
    await expect(restore()).rejects.toMatchObject({ code: 'restore-unconfirmed' });
    expect(await place.host.restores.undo(place.folder)).toMatchObject([{ state: 'undone' }]);
    expect(treeDifferences(docs, snapshotTree(place.source))).toEqual([]);
    expect(treeDifferences(notes, snapshotTree(other))).toEqual([]);
    expect(leftovers()).toEqual([]);
    await expect(place.host.restores.undo(place.folder)).rejects.toMatchObject({ code: 'no-restore' });
  });

  test('gives sources folders of their own, new ones too, and leaves out the others', async () => {
    const [one, two] = [join(place.folder, 'elsewhere/deep'), join(place.folder, 'link')];
    mkdirSync(join(place.folder, 'real'));
    writeFileSync(join(place.folder, 'real/old'), 'old');
    symlinkSync('real', two);
    const result = await place.host.backups.restore({ backup: { id }, folders: { notes: two, docs: one }, replace: true });
    expect(readFileSync(join(one, 'canary-name.txt'), 'utf8')).toBe('canary content');
    expect(readdirSync(two)).toEqual(['closed', 'link']);
    expect(result.replaced).toMatchObject([{ folder: one }, { folder: join(place.folder, 'real'), former: expect.any(String) as unknown }]);
    expect(result.replaced?.[0]).not.toHaveProperty('former');
    await place.host.restores.confirm(two);
    const again = await place.host.backups.restore({ backup: { id }, folders: { notes: join(place.folder, 'n') } });
    expect(again).toMatchObject({ problems: [] });
    expect(existsSync(join(place.folder, 'n/closed/a'))).toBe(true);
    await expect(place.host.backups.restore({ backup: { id }, folders: { nothing: one }, replace: true })).rejects.toMatchObject({
      code: 'nothing-selected',
    });
  });

  test('leaves nothing behind and what was there, if the backup turns out to be damaged or the restore is cancelled', async () => {
    change();
    const before = snapshotTree(place.source);
    const cancelled = new AbortController();
    const ended = restore({ signal: cancelled.signal, onProgress: ({ phase }) => phase === 'verifying' && cancelled.abort() });
    await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
    expect(leftovers()).toEqual([]);

    const copy = join(place.folder, 'copy.tar');
    await place.host.backups.download(id, copy);
    const bytes = readFileSync(copy);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(copy, bytes);
    await expect(restore({ backup: { file: copy } })).rejects.toMatchObject({ code: 'bytes-changed' });
    expect(treeDifferences(before, snapshotTree(place.source))).toEqual([]);
    expect(leftovers()).toEqual([]);
    expect(await place.host.restores.status()).toEqual([]);
  });

  test('refuses what would take something along that must stay, and what it can not replace as a whole', async () => {
    const { dataDir, folder } = place;
    const to = (path: string) => place.host.backups.restore({ backup: { id }, folders: { docs: path }, replace: true });
    await expect(to(dataDir)).rejects.toMatchObject({
      code: 'replace-refused',
      message: expect.stringContaining('data directory') as unknown,
    });
    await expect(to(folder)).rejects.toMatchObject({ code: 'replace-refused' });
    await expect(to(join(place.source, 'large'))).rejects.toMatchObject({ code: 'replace-refused' });
    await expect(restore({ paths: ['large'] })).rejects.toMatchObject({ code: 'replace-takes-sources' });
    const folders = { docs: join(folder, 'x'), notes: join(folder, 'x/y') };
    await expect(restore({ folders })).rejects.toMatchObject({ code: 'restore-folders-overlap' });
    expect(statSync(dataDir).isDirectory()).toBe(true);
  });
});
