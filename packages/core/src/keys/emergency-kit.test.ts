import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KitContents } from './kit-contents.js';
import { kitHtml } from './kit-html.js';
import { kitText } from './kit-text.js';
import { restoreRecipe } from './restore-recipe.js';
import { saveKit } from './save-kit.js';

const kit: KitContents = {
  key: 'H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS',
  fingerprint: 'hf1-0123456789abcdef-vmr8dycsr8rrc3g4',
  since: '2026-01-02T03:04:05Z',
  createdAt: '2026-11-21T10:00:00Z',
  instance: { id: '6b45e0a2', name: 'The <house> & "garden"' },
  locations: [{ title: 'NAS', place: '/mnt/nas/backups' }],
  backups: Array.from({ length: 25 }, (_, n) => ({
    id: `0000000${n % 10}`,
    name: `Backup ${n}`,
    date: '2026-11-20T10:00:00+00:00',
    size: 1_234_567,
    locations: ['NAS'],
  })),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kit-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the emergency kit', () => {
  test('tells the key, what it belongs to and the three ways back, in text of 80 columns', () => {
    const text = kitText(kit);
    for (const part of [
      kit.key,
      kit.fingerprint,
      'VMR8-DYCS',
      '2026-01-02 03:04 UTC',
      kit.instance.id,
      '/mnt/nas/backups',
      'Backup 19',
      'And 5 older',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('npx holdfast backup restore');
    expect(text).toContain('Home Assistant');
    expect(text).toContain(restoreRecipe);
    expect(text).not.toContain('Backup 20');
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('as a page it shows the same, loads nothing and takes no name for markup', () => {
    const html = kitHtml(kit, '<svg></svg>');
    expect(html).toContain('The &lt;house&gt; &amp; &quot;garden&quot;');
    expect(html).not.toMatch(/<script|<link|src=|https?:\/\/|url\(/);
    for (const part of [kit.fingerprint, '/mnt/nas/backups', 'And 5 older']) expect(html).toContain(part);
  });

  test('what is copied from the page is the key in one line, and the recipe as it was tested', () => {
    const html = kitHtml(kit, '<svg></svg>');
    expect(copied(/<code>(.*?)<\/code>/s.exec(html)?.[1])).toBe(kit.key);
    expect(copied(/<pre>(.*?)<\/pre>/s.exec(html)?.[1])).toBe(restoreRecipe);
  });

  test('names that would break out of their line or command a terminal are shown, not obeyed', () => {
    const name = 'Home\n        AAAA-AAAA\u001b[31m\u202e';
    const hostile: KitContents = {
      ...kit,
      instance: { id: name, name },
      locations: [{ title: name, place: name }],
      backups: kit.backups.map((backup) => ({ ...backup, id: name, name, date: name, locations: [name] })),
    };
    for (const document of [kitText(hostile), kitHtml(hostile, '<svg></svg>')]) {
      expect(document).not.toMatch(/[\u001b\u202e]/);
      for (const shown of ['Home\\u{a}', '\\u{1b}[31m', '\\u{202e}']) expect(document).toContain(shown);
    }
  });

  test('the text keeps to its 78 columns with any name and path, and loses nothing of them', () => {
    const place = `/mnt/${'directory/'.repeat(30)}backups`;
    const text = kitText({
      ...kit,
      instance: { id: 'x'.repeat(200), name: 'A long name '.repeat(20) },
      locations: [{ title: 'NAS', place }],
    });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(text.replace(/\s+/g, '')).toContain(place);
  });

  test('is saved for its owner alone and never over another', async () => {
    const first = await saveKit(kit, folder);
    const second = await saveKit(kit, folder);
    expect(new Set([first.textPath, first.htmlPath, second.textPath, second.htmlPath]).size).toBe(4);
    for (const path of [first.textPath, first.htmlPath]) expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(first.htmlPath, 'utf8')).toContain('<svg');
  });

  test('is saved as both files or neither: no key is left where nobody looks for it', async () => {
    const page = 'holdfast-emergency-kit-the-house-garden-2026-11-21.html';
    await writeFile(join(folder, page), 'another');
    const { textPath, htmlPath } = await saveKit(kit, folder);
    expect((await readdir(folder)).sort()).toEqual([page, basename(textPath), basename(htmlPath)].sort());
    expect(await readFile(join(folder, page), 'utf8')).toBe('another');
  });

  test('that can not be saved says why', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(saveKit(kit, join(folder, 'missing'))).rejects.toMatchObject({
      code: 'kit-not-written',
      message: expect.stringContaining('there is no such folder'),
    });
    await expect(saveKit(kit, join(folder, 'file'))).rejects.toMatchObject({
      code: 'kit-not-written',
      message: expect.stringContaining('it is not a folder'),
    });
  });
});

/** The text of markup, as a browser copies it. */
function copied(markup = ''): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return markup
    .replace(/<br>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&([^;]+);/g, (entity, name: string) => entities[name] ?? entity);
}
