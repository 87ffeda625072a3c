import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openKitRecord } from './kit-record.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kit-record-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the record of saved kits', () => {
  test('knows the latest kit of each key, also when opened again', async () => {
    const record = await openKitRecord(folder);
    const kit = { savedAt: '2026-11-21T10:00:00Z', fingerprint: 'one', place: '/media/stick/kit.txt' };
    await record.add(kit);
    await record.add({ ...kit, savedAt: '2026-11-22T10:00:00Z' });
    expect((await openKitRecord(folder)).savedFor('one')?.savedAt).toBe('2026-11-22T10:00:00Z');
    expect(record.savedFor('two')).toBeUndefined();
  });

  test.each(['', '{"version":1,"ki', '{"kits":[{"savedAt":1}]}', '[]'])('takes %j for no kit, and goes on', async (content) => {
    await writeFile(join(folder, 'kit.json'), content);
    expect((await openKitRecord(folder)).savedFor('one')).toBeUndefined();
  });
});
