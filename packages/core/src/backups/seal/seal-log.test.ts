import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSealLog } from './seal-log.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seal-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

const seal = (number: number, locations: string[]) => ({
  key: `2026010${number}T000000Z-0000000${number}.tar`,
  id: `0000000${number}`,
  sequence: number,
  digest: String(number).repeat(64),
  locations,
});

describe('the seal log', () => {
  test('counts seals, and chains each to the one before it', async () => {
    const log = openSealLog(folder);
    expect(await log.next()).toEqual({ sequence: 1, previous: null });
    await log.record(seal(1, ['a']));
    expect(await openSealLog(folder).next()).toEqual({ sequence: 2, previous: seal(1, []).digest });
  });

  test('takes a number for a backup that was then stored nowhere', async () => {
    const log = openSealLog(folder);
    await log.record(seal(1, []));
    expect(await log.next()).toMatchObject({ sequence: 2 });
    expect(await log.all()).toEqual([]);
  });

  test('knows what each location is to have, until it is deleted there', async () => {
    const log = openSealLog(folder);
    await log.record(seal(1, ['a']));
    await log.record(seal(1, ['b']));
    await log.record(seal(2, ['b']));
    expect(await log.expectedAt('a')).toEqual([seal(1, ['a', 'b'])]);
    expect(await log.expectedAt('b')).toEqual([seal(1, ['a', 'b']), seal(2, ['b'])]);
    await log.removed(seal(1, []).key, 'a');
    await log.removed(seal(2, []).key, 'b');
    expect(await log.all()).toEqual([seal(1, ['b'])]);
    // What is deleted keeps its place in the chain.
    expect(await log.next()).toMatchObject({ sequence: 3 });
  });

  test('loses nothing that two write at once', async () => {
    const logs = [openSealLog(folder), openSealLog(folder)];
    await Promise.all([1, 2, 3, 4].map(async (number) => logs[number % 2]?.record(seal(number, ['a']))));
    expect(await logs[0]?.expectedAt('a')).toHaveLength(4);
    expect((await stat(join(folder, 'seal-log.json'))).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
  });

  test('that is damaged keeps nothing from being read, and is not written over', async () => {
    await writeFile(join(folder, 'seal-log.json'), '{"version":1,"sequ');
    const log = openSealLog(folder);
    expect(await log.all()).toEqual([]);
    expect(await log.problem()).toContain('seal-log.json');
    await expect(log.record(seal(1, ['a']))).rejects.toMatchObject({ code: 'config-damaged' });
    expect(await readFile(join(folder, 'seal-log.json'), 'utf8')).toBe('{"version":1,"sequ');
  });
});
