import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      'and 5 older',
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
    for (const part of ['H7QD-3ZKP-W9XB-5MTV', 'R2LC-8NGJ-4FYS', kit.fingerprint, '/mnt/nas/backups']) expect(html).toContain(part);
  });

  test('is saved for its owner alone and never over another', async () => {
    const first = await saveKit(kit, folder);
    const second = await saveKit(kit, folder);
    expect(new Set([first.textPath, first.htmlPath, second.textPath, second.htmlPath]).size).toBe(4);
    expect((await stat(first.htmlPath)).mode & 0o777).toBe(0o600);
    expect(await readFile(first.htmlPath, 'utf8')).toContain('<svg');
    await expect(saveKit(kit, join(folder, 'missing'))).rejects.toMatchObject({ code: 'kit-not-written' });
  });
});
