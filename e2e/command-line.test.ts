import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';

const posix = process.platform !== 'win32';

let holdfast: CommandLine;
let folder = '';
let nas = '';
let id = '';

beforeAll(async () => {
  holdfast = await createCommandLine();
  folder = join(holdfast.root, 'documents');
  nas = join(holdfast.root, 'nas');
  await mkdir(join(folder, 'letters'), { recursive: true });
  await mkdir(join(folder, 'cache'));
  await writeFile(join(folder, 'letters', 'to Ada.txt'), 'Dear Ada\n'.repeat(1000));
  await writeFile(join(folder, 'letters', 'evil\u001b[31m.txt'), 'red');
  await writeFile(join(folder, 'cache', 'big.tmp'), Buffer.alloc(100_000, 7));
  await writeFile(join(folder, 'run.sh'), '#!/bin/sh\n');
  await chmod(join(folder, 'run.sh'), 0o750);
  await symlink('letters/to Ada.txt', join(folder, 'newest'));
});

afterAll(() => holdfast[Symbol.asyncDispose]());

// In this order: each step builds on those before it.
describe('from nothing to a restored backup', () => {
  test('before init, a command says what to do', async () => {
    const { code, err } = await holdfast.run(['backup', 'list']);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: .*\n {2}not-initialised\n {2}.*holdfast init/);
  });

  test('init makes a data directory for its owner alone, and a second one changes nothing', async () => {
    const { dataDir } = holdfast;
    const first = await holdfast.json(['init', '--name', 'Desk']);
    expect(first.document).toMatchObject({ dataDir, created: true, instance: { name: 'Desk' }, kitSaved: false });
    const { keyFingerprint } = first.document;
    expect(await holdfast.json(['init'])).toMatchObject({ code: 0, document: { created: false, keyFingerprint } });
    if (posix) expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  });

  test('without a location there is no backup', async () => {
    expect(await holdfast.json(['backup', 'create', folder])).toMatchObject({ code: 1, document: { error: { code: 'no-location' } } });
  });

  test('location add checks the settings field by field', async () => {
    const config = { stdin: '{"path": 7, "pathh": "x"}' };
    const { code, document } = await holdfast.json(['location', 'add', 'local', '--config-file', '-'], config);
    expect({ code, error: document.error.code }).toEqual({ code: 2, error: 'config-invalid' });
    expect(new Set(document.error.details.fields?.map(({ field }) => field))).toEqual(new Set(['path', 'pathh']));
    const { document: typo } = await holdfast.json(['location', 'add', 'local', '--paht', nas]);
    expect(typo.error).toMatchObject({ code: 'bad-usage', details: { help: 'holdfast location add local --help' } });
    expect(await holdfast.json(['location', 'add', 'locall'])).toMatchObject({
      code: 2,
      document: { error: { code: 'unknown-provider' } },
    });
  });

  test('location add takes the settings that the schema names', async () => {
    const { code, document } = await holdfast.json(['location', 'add', 'local', '--path', nas, '--title', 'NAS']);
    expect(code).toBe(0);
    expect(document).toMatchObject({ location: { title: 'NAS', provider: 'local', place: nas, config: { path: nas } } });
    expect(await holdfast.json(['location', 'check'])).toMatchObject({ code: 0, document: { checks: [{ title: 'NAS', ok: true }] } });
    expect((await holdfast.run(['location', 'add', 'local', '--help'])).out).toContain('--path <text>');
  });

  test('backup create answers with what was made, and with its exit code', async () => {
    const { code, document } = await holdfast.json(['backup', 'create', folder, '--exclude', '*.tmp', '--name', 'Letters']);
    expect(code).toBe(0);
    expect(document).toMatchObject({ outcome: 'complete', skipped: 1, problems: [], locations: [{ title: 'NAS', state: 'stored' }] });
    expect(document.backup).toMatchObject({ name: 'Letters', encrypted: true, sources: ['documents'] });
    id = document.backup.id;
  });

  test('until an emergency kit was saved, standard error says so', async () => {
    expect((await holdfast.run(['backup', 'list'])).err).toContain('holdfast kit save');
    expect((await holdfast.run(['backup', 'list', '--quiet'])).err).toBe('');
    const { textPath } = (await holdfast.json(['kit', 'save', holdfast.root])).document;
    const { key } = (await holdfast.json(['key', 'show', '--yes'])).document;
    expect(await readFile(textPath, 'utf8')).toContain(key);
    expect((await holdfast.run(['backup', 'list'])).err).toBe('');
  });

  test('backup list pages through what is there', async () => {
    await holdfast.json(['backup', 'create', folder]);
    const { backups } = (await holdfast.json(['backup', 'list'])).document;
    expect(backups).toHaveLength(2);
    for (const property of ['id', 'name', 'date', 'size', 'locations']) expect(backups[0]).toHaveProperty(property);
    const first = (await holdfast.json(['backup', 'list', '--limit', '1'])).document;
    const second = (await holdfast.json(['backup', 'list', '--limit', '1', '--after', first.next ?? ''])).document;
    expect([...first.backups, ...second.backups]).toEqual(backups);
    expect(second.next).toBeUndefined();
  });

  test('backup show lists files without letting their names reach the terminal', async () => {
    expect((await holdfast.json(['backup', 'show', id])).document.backup).toMatchObject({ id, sourceDetails: [{ name: 'documents' }] });
    const { out } = await holdfast.run(['backup', 'show', id, '--files']);
    expect(out).toContain('documents:letters/to Ada.txt');
    expect(out).toContain('evil\\u{1b}[31m.txt');
    expect(out).not.toContain('\u001b');
    const { files } = (await holdfast.json(['backup', 'show', id, '--files', '--path', 'letters'])).document;
    expect(files.map(({ path }) => path)).toContain('letters/evil\u001b[31m.txt');
    expect(files.map(({ path }) => path)).not.toContain('run.sh');
  });

  test('backup verify proves one, by the start of its id, or all', async () => {
    const one = await holdfast.json(['backup', 'verify', id.slice(0, 6)]);
    expect(one).toMatchObject({ code: 0, document: { verified: [{ id, ok: true, location: 'NAS' }] } });
    expect((await holdfast.json(['backup', 'verify', '--all'])).document.verified).toHaveLength(2);
  });

  test('backup restore brings back content, modes and links', async () => {
    const to = join(holdfast.root, 'restored');
    expect((await holdfast.json(['backup', 'restore', id, '--to', to, '--dry-run'])).document.restored.entries.length).toBeGreaterThan(4);
    await expect(readdir(to)).rejects.toMatchObject({ code: 'ENOENT' });
    const restored = await holdfast.json(['backup', 'restore', id, '--to', to]);
    expect(restored).toMatchObject({ code: 0, document: { restored: { files: 3, problems: [] } } });
    expect(await readFile(join(to, 'documents', 'newest'), 'utf8')).toBe('Dear Ada\n'.repeat(1000));
    if (posix) expect((await stat(join(to, 'documents', 'run.sh'))).mode & 0o777).toBe(0o750);
  });

  test('backup restore replaces nothing without being told so twice', async () => {
    const script = join(holdfast.root, 'restored', 'documents', 'run.sh');
    await writeFile(script, 'changed');
    const again = ['backup', 'restore', id, '--to', join(holdfast.root, 'restored'), '--path', 'run.sh'];
    expect(await holdfast.json(again)).toMatchObject({ code: 3, document: { restored: { files: 0, problems: [{ code: 'exists' }] } } });
    const asked = await holdfast.json([...again, '--overwrite']);
    expect(asked).toMatchObject({ code: 2, document: { error: { code: 'confirmation-needed' } } });
    expect(await readFile(script, 'utf8')).toBe('changed');
    expect(await holdfast.json([...again, '--overwrite', '--yes'])).toMatchObject({ code: 0, document: { restored: { files: 1 } } });
    expect(await readFile(script, 'utf8')).toBe('#!/bin/sh\n');
  });

  test('backup download copies the file, and replaces none without being told', async () => {
    const to = join(holdfast.root, 'copy.tar');
    const { code, document } = await holdfast.json(['backup', 'download', id, '--to', to]);
    expect(code).toBe(0);
    expect(document).toMatchObject({ path: to, size: (await stat(to)).size });
    const asked = await holdfast.json(['backup', 'download', id, '--to', to]);
    expect(asked).toMatchObject({ code: 2, document: { error: { code: 'confirmation-needed' } } });
  });

  test('backup delete deletes, and the list no longer has it', async () => {
    const { code, document } = await holdfast.json(['backup', 'delete', id, '--yes']);
    expect({ code, document }).toEqual({ code: 0, document: { deleted: { id, deletedFrom: ['NAS'] } } });
    expect(await holdfast.json(['backup', 'show', id])).toMatchObject({ code: 1, document: { error: { code: 'unknown-backup' } } });
  });
});

test('a location that fails makes a backup with warnings, and a list with warnings', async () => {
  const usb = join(holdfast.root, 'usb');
  await holdfast.json(['location', 'add', 'local', '--path', usb, '--title', 'USB']);
  await rm(usb, { recursive: true });
  const { code, document } = await holdfast.json(['backup', 'create', folder]);
  expect(code).toBe(3);
  expect(Object.fromEntries(document.locations.map(({ title, state }) => [title, state]))).toEqual({ NAS: 'stored', USB: 'failed' });
  expect((await holdfast.run(['backup', 'create', folder, '--quiet'])).err).toContain('not stored at USB');
  expect(await holdfast.json(['backup', 'list'])).toMatchObject({ code: 3, document: { unavailable: [{ location: 'USB' }] } });
  expect((await holdfast.json(['location', 'check'])).code).toBe(1);
  expect(await holdfast.json(['location', 'remove', 'USB', '--yes'])).toMatchObject({ code: 0, document: { removed: { title: 'USB' } } });
});

test.skipIf(!posix)('Ctrl-C leaves nothing half-made', async () => {
  const large = join(holdfast.root, 'large');
  await mkdir(large);
  for (let at = 0; at < 4; at += 1) await writeFile(join(large, `${at}`), randomBytes(32 * 1024 * 1024));
  const stored = async (): Promise<Set<string>> => new Set(await readdir(nas, { recursive: true }));
  const before = await stored();
  let interrupted: Promise<void> | undefined;
  const { code, err } = await holdfast.run(['backup', 'create', large], {
    onStart(child) {
      interrupted = (async () => {
        while (child.exitCode === null && (await stored()).size === before.size) await new Promise((resolve) => setTimeout(resolve, 10));
        child.kill('SIGINT');
      })();
    },
  });
  await interrupted;
  expect(err).toContain('Cancelled.');
  expect(code).toBe(130);
  expect(await stored()).toEqual(before);
});
