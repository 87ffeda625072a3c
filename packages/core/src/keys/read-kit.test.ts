import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprintOf } from './fingerprint.js';
import type { KitContents } from './kit-contents.js';
import { readKit } from './read-kit.js';
import { saveKit } from './save-kit.js';
import { isKeyGroup } from './kit-proof.js';

const key = 'H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-40YS';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kit-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a saved kit', () => {
  test('is read as text and as a page, with its dates, whatever the names in it are', async () => {
    const name = 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF <script>hf1-0000000000000000-0000000000000000 Used since 1999-01-01';
    const fingerprint = await fingerprintOf(key);
    const kit: KitContents = {
      key,
      fingerprint,
      since: '2026-01-02T03:04:05Z',
      until: '2026-06-07T08:09:10Z',
      otherKeys: [{ fingerprint: 'hf1-0123456789abcdef-vmr8dycsr8rrc3g4', since: '2026-06-07T08:09:10Z' }],
      createdAt: '2026-11-21T10:00:00Z',
      instance: { id: '6b45e0a2', name },
      locations: [{ title: name, place: '/mnt' }],
      backups: [],
    };
    const { textPath, htmlPath } = await saveKit(kit, folder);
    const dates = { since: '2026-01-02T03:04:00.000Z', until: '2026-06-07T08:09:00.000Z', createdAt: '2026-11-21T10:00:00.000Z' };
    for (const path of [textPath, htmlPath]) expect(await readKit(path)).toEqual({ path, key, fingerprint, intact: true, ...dates });
  });

  test.each([
    ['one of Home Assistant', `Home Assistant Backup Emergency Kit\n\nInstance:\nHome\n\nEncryption key:\n${key}\n`],
    ['a line that somebody typed', `${key.toLowerCase().replaceAll('-', ' ')}\n`],
    ['a note', `backup of the house\nkey: ${key.toLowerCase()}\n`],
  ])('may be %s', async (_, text) => {
    const path = join(folder, 'kit');
    await writeFile(path, text);
    expect(await readKit(path)).toEqual({ path, key, intact: undefined });
  });

  test.each([
    ['that is none', 'no key here\n', 'no encryption key'],
    ['with two keys', `${key}\n${key.replaceAll('7', '8')}\n`, '2 keys'],
    ['that is far too large', 'x'.repeat(1_100_000), 'too large'],
  ])('%s is refused without quoting it', async (_, text, reason) => {
    const path = join(folder, 'kit');
    await writeFile(path, text);
    const failure = await readKit(path).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'kit-unreadable', message: expect.stringContaining(reason) as string });
    expect(String(failure)).not.toContain(key);
  });
});

describe('a part of the key', () => {
  test.each([
    ['the group itself', 7, '40YS', true],
    ['in small letters, with O for 0', 7, ' 4oys ', true],
    ['the whole key', 3, key, true],
    ['another group', 6, '40YS', false],
    ['half a group', 7, '40', false],
    ['nothing', 7, '', false],
  ])('%s', (_, group, typed, right) => {
    expect(isKeyGroup(key, group, typed)).toBe(right);
  });
});
