import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';
import { plainEnvironment } from './holdfast.fixture.js';

const program = fileURLToPath(new URL('key-change-program.mjs', import.meta.url));

describe('holdfast key change', () => {
  let holdfast: CommandLine;
  let old = '';

  beforeAll(async () => {
    holdfast = await createCommandLine();
    await mkdir(join(holdfast.root, 'documents'));
    await mkdir(join(holdfast.root, 'stick'));
    await writeFile(join(holdfast.root, 'documents', 'letter'), 'dear');
    await holdfast.json(['init']);
    await holdfast.json(['location', 'add', 'local', '--path', join(holdfast.root, 'nas')]);
    old = (await holdfast.json(['backup', 'create', 'documents'])).document.backup.id;
  });
  afterAll(() => holdfast[Symbol.asyncDispose]());

  test('changes nothing before the old kit is safe; then each kit opens its own backups, and both open here', async () => {
    expect(await holdfast.json(['key', 'change', '--yes'])).toMatchObject({ code: 2, document: { error: { code: 'old-kit-not-saved' } } });
    const { code } = await holdfast.json(['key', 'change', '--old-kit', 'stick', '--kit', 'stick', '--yes']);
    expect(code).toBe(0);
    const young = (await holdfast.json(['backup', 'create', 'documents'])).document.backup.id;
    const kits = readdirSync(join(holdfast.root, 'stick')).filter((name) => name.endsWith('.txt'));
    const opened = await Promise.all(
      kits.map(async (kit) => {
        const { code: exit, out } = await holdfast.run(['kit', 'check', join('stick', kit), '--json']);
        const { opens, others } = JSON.parse(out) as { opens: { id: string; how: string }[]; others: { id: string }[] };
        expect({ exit, opened: opens.map(({ how }) => how), others: others.length }).toEqual({ exit: 3, opened: ['opened'], others: 1 });
        return opens.map(({ id }) => id);
      }),
    );
    expect(opened.flat().sort()).toEqual([old, young].sort());
    expect((await holdfast.json(['backup', 'verify', '--all'])).code).toBe(0);
    const { out, err } = await holdfast.run(['key', 'list', '--json']);
    for (const { key } of storedKeys(holdfast.dataDir)) expect(out + err).not.toContain(key);
  });

  test('an old backup that is given the new key needs the former one no more', async () => {
    const { out } = await holdfast.run(['backup', 'rekey', old, '--yes', '--json']);
    const [{ from, newId } = { from: '', newId: '' }] = (JSON.parse(out) as { rekeyed: { from: string; newId: string }[] }).rekeyed;
    expect((await holdfast.json(['key', 'forget', from, '--yes'])).code).toBe(0);
    expect((await holdfast.json(['backup', 'restore', newId, '--to', 'restored'])).code).toBe(0);
    expect(readFileSync(join(holdfast.root, 'restored', 'documents', 'letter'), 'utf8')).toBe('dear');
    expect(await holdfast.json(['backup', 'show', old])).toMatchObject({ code: 1, document: { error: { code: 'unknown-backup' } } });
  });
});

describe.concurrent('killed at every change of a file while the key is changed', () => {
  // Two rows of moments, side by side.
  test.each(['odd', 'even'])('the old key is the current one or the new one is, and none is lost (%s moments)', async (which) => {
    const root = mkdtempSync(join(tmpdir(), 'holdfast-key-'));
    const dataDir = join(root, 'data');
    try {
      await run(dataDir, 'make');
      let before = storedKeys(dataDir);
      let deaths = 0;
      // Each run finds what the one before it left where it died.
      for (let moment = which === 'odd' ? 1 : 2; !(await run(dataDir, String(moment))); moment += 2) {
        deaths += 1;
        const after = storedKeys(dataDir);
        expect(after.map(({ key }) => key)).toEqual(expect.arrayContaining(before.map(({ key }) => key)));
        expect(after.length - before.length).toBeLessThanOrEqual(1);
        expect(after.filter(({ until }) => until === undefined)).toHaveLength(1);
        if (after.length === before.length) expect(after).toEqual(before);
        before = after;
      }
      expect(deaths).toBeGreaterThan(4);
      expect(storedKeys(dataDir)).toHaveLength(before.length + 1);
      expect(readdirSync(dataDir).filter((name) => /^keys\.json\.[0-9a-f]{12}/.test(name))).toEqual([]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

function storedKeys(dataDir: string): { readonly key: string; readonly until?: string }[] {
  return (JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8')) as { keys: { key: string; until?: string }[] }).keys;
}

/** Returns whether it came to its end. */
function run(dataDir: string, moment: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, dataDir, moment], { stdio: ['ignore', 'ignore', 'inherit'], env: plainEnvironment() });
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL' || code === 0) resolve(code === 0);
      else reject(new Error(`It ended by itself, with ${code}.`));
    });
  });
}
