import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../packages/cli/bin/holdfast.js', import.meta.url));

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Given {
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Gets the process, for signals. */
  readonly onStart?: (child: ChildProcess) => void;
}

let root = '';
let dataDir = '';
let folder = '';
let id = '';
let key = '';

/** Runs the built command line as a user's shell would, without a terminal. */
function holdfast(args: readonly string[], { stdin = '', env = {}, onStart }: Given = {}): Promise<Answer> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HOLDFAST_|NO_COLOR|FORCE_COLOR)/.test(name)));
  const child = spawn(process.execPath, [bin, ...args], { cwd: root, env: { ...inherited, HOLDFAST_DATA_DIR: dataDir, ...env } });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  onStart?.(child);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

async function json(
  args: readonly string[],
  given?: Given,
): Promise<{ code: number | null; document: ReturnType<typeof JSON.parse>; err: string }> {
  const { code, out, err } = await holdfast([...args, '--json'], given);
  return { code, document: JSON.parse(out), err };
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
  dataDir = join(root, 'data');
  folder = join(root, 'documents');
  await mkdir(join(folder, 'letters'), { recursive: true });
  await mkdir(join(folder, 'cache'));
  await writeFile(join(folder, 'letters', 'to Ada.txt'), 'Dear Ada\n'.repeat(1000));
  await writeFile(join(folder, 'letters', 'evil\u001b[31m.txt'), 'red');
  await writeFile(join(folder, 'cache', 'big.tmp'), Buffer.alloc(100_000, 7));
  await writeFile(join(folder, 'noise'), randomBytes(100_000));
  await writeFile(join(folder, 'run.sh'), '#!/bin/sh\n');
  await chmod(join(folder, 'run.sh'), 0o750);
  await symlink('letters/to Ada.txt', join(folder, 'newest'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

// In this order: each step builds on those before it.
describe('from nothing to a restored backup', () => {
  test('before init, a command says what to do', async () => {
    const { code, err } = await holdfast(['backup', 'list']);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: .*\n {2}not-initialised\n {2}.*holdfast init/);
  });

  test('init makes a data directory for its owner alone, and a second one changes nothing', async () => {
    const first = await json(['init', '--name', 'Desk']);
    expect(first.document).toMatchObject({ dataDir, created: true, instance: { name: 'Desk' }, kitSaved: false });
    const again = await json(['init']);
    expect(again).toMatchObject({ code: 0, document: { created: false, keyFingerprint: first.document.keyFingerprint } });
    if (process.platform !== 'win32') expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  });

  test('without a location there is no backup', async () => {
    expect(await json(['backup', 'create', folder])).toMatchObject({ code: 1, document: { error: { code: 'no-location' } } });
  });

  test('location add checks the settings field by field', async () => {
    const { code, document } = await json(['location', 'add', 'local', '--config-file', '-'], { stdin: '{"path": 7, "pathh": "x"}' });
    expect(code).toBe(2);
    expect(document.error.code).toBe('config-invalid');
    expect(document.error.details.fields.map(({ field }: { field: string }) => field).sort()).toEqual(['path', 'pathh']);
    expect(await json(['location', 'add', 'locall'])).toMatchObject({ code: 2, document: { error: { code: 'unknown-provider' } } });
    expect(await json(['location', 'add', 'local', '--paht', root])).toMatchObject({ code: 2, document: { error: { code: 'bad-usage' } } });
  });

  test('location add takes the settings that the schema names', async () => {
    const { code, document } = await json(['location', 'add', 'local', '--path', join(root, 'nas'), '--title', 'NAS']);
    expect(code).toBe(0);
    expect(document.location).toMatchObject({
      title: 'NAS',
      provider: 'local',
      place: join(root, 'nas'),
      config: { path: join(root, 'nas') },
    });
    expect(await json(['location', 'check'])).toMatchObject({ code: 0, document: { checks: [{ title: 'NAS', ok: true }] } });
    expect((await holdfast(['location', 'add', 'local', '--help'])).out).toContain('--path <text>');
  });

  test('backup create answers with what was made, and with its exit code', async () => {
    const { code, document } = await json(['backup', 'create', folder, '--exclude', '*.tmp', '--name', 'Letters']);
    expect(code).toBe(0);
    expect(document).toMatchObject({ outcome: 'complete', skipped: 1, problems: [], locations: [{ title: 'NAS', state: 'stored' }] });
    expect(document.backup).toMatchObject({ name: 'Letters', encrypted: true, sources: ['documents'] });
    id = document.backup.id;
  });

  test('backup create says on standard error that no kit was saved, until one was', async () => {
    expect((await holdfast(['backup', 'list'])).err).toContain('holdfast kit save');
    expect((await holdfast(['backup', 'list', '--quiet'])).err).toBe('');
    const { document } = await json(['kit', 'save', root]);
    expect(await readFile(document.textPath, 'utf8')).toContain((await json(['key', 'show', '--yes'])).document.key);
    expect((await holdfast(['backup', 'list'])).err).toBe('');
  });

  test('backup list pages through what is there', async () => {
    await holdfast(['backup', 'create', folder]);
    const all = (await json(['backup', 'list'])).document;
    expect(all.backups).toHaveLength(2);
    for (const property of ['id', 'name', 'date', 'size', 'locations']) expect(all.backups[0]).toHaveProperty(property);
    const first = (await json(['backup', 'list', '--limit', '1'])).document;
    const second = (await json(['backup', 'list', '--limit', '1', '--after', first.next])).document;
    expect([...first.backups, ...second.backups]).toEqual(all.backups);
    expect(second.next).toBeUndefined();
  });

  test('backup show lists files without letting their names reach the terminal', async () => {
    expect((await json(['backup', 'show', id])).document.backup).toMatchObject({
      id,
      name: 'Letters',
      sourceDetails: [{ name: 'documents' }],
    });
    const { out } = await holdfast(['backup', 'show', id, '--files']);
    expect(out).toContain('documents:letters/to Ada.txt');
    expect(out).toContain('evil\\u{1b}[31m.txt');
    expect(out).not.toContain('\u001b');
    const { document } = await json(['backup', 'show', id, '--files', '--path', 'letters']);
    expect(document.files.map(({ path }: { path: string }) => path)).toContain('letters/evil\u001b[31m.txt');
  });

  test('backup verify proves it whole', async () => {
    expect(await json(['backup', 'verify', id.slice(0, 6)])).toMatchObject({
      code: 0,
      document: { verified: [{ id, ok: true, location: 'NAS' }] },
    });
    const all = await json(['backup', 'verify', '--all']);
    expect(all.document.verified).toHaveLength(2);
  });

  test('backup restore brings back content, modes and links, and touches nothing that is there', async () => {
    const to = join(root, 'restored');
    expect((await json(['backup', 'restore', id, '--to', to, '--dry-run'])).document.restored.entries.length).toBeGreaterThan(4);
    await expect(readdir(to)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await json(['backup', 'restore', id, '--to', to])).toMatchObject({
      code: 0,
      document: { restored: { files: 4, problems: [] } },
    });
    expect(await readFile(join(to, 'documents', 'newest'), 'utf8')).toBe('Dear Ada\n'.repeat(1000));
    if (process.platform !== 'win32') expect((await stat(join(to, 'documents', 'run.sh'))).mode & 0o777).toBe(0o750);

    const script = join(to, 'documents', 'run.sh');
    await writeFile(script, 'changed');
    const again = ['backup', 'restore', id, '--to', to, '--path', 'run.sh'];
    expect(await json(again)).toMatchObject({ code: 3, document: { restored: { files: 0, problems: [{ code: 'exists' }] } } });
    expect(await json([...again, '--overwrite'])).toMatchObject({ code: 2, document: { error: { code: 'confirmation-needed' } } });
    expect(await readFile(script, 'utf8')).toBe('changed');
    expect(await json([...again, '--overwrite', '--yes'])).toMatchObject({ code: 0, document: { restored: { files: 1 } } });
    expect(await readFile(script, 'utf8')).toBe('#!/bin/sh\n');
  });

  test('backup download copies the file, and replaces none without being told', async () => {
    const to = join(root, 'copy.tar');
    expect(await json(['backup', 'download', id, '--to', to])).toMatchObject({
      code: 0,
      document: { path: to, size: (await stat(to)).size },
    });
    expect(await json(['backup', 'download', id, '--to', to])).toMatchObject({
      code: 2,
      document: { error: { code: 'confirmation-needed' } },
    });
  });
});

describe('a backup file without its host', () => {
  const elsewhere = (): NodeJS.ProcessEnv => ({ HOLDFAST_DATA_DIR: join(root, 'nowhere') });
  const restore = (to: string, ...more: string[]): string[] => ['backup', 'restore', './copy.tar', '--to', join(root, to), ...more];

  beforeAll(async () => {
    key = (await json(['key', 'show', '--yes'])).document.key;
  });

  test('needs a key, and says which', async () => {
    const { code, document } = await json(restore('a'), { env: elsewhere() });
    expect(code).toBe(1);
    expect(document.error).toMatchObject({ code: 'key-needed', details: { keyFingerprint: expect.stringMatching(/^hf1-/) } });
  });

  test('tells a wrong key before anything is written', async () => {
    const { code, document } = await json(restore('b'), { env: { ...elsewhere(), HOLDFAST_KEY: 'not the key' } });
    expect({ code, error: document.error.code }).toEqual({ code: 1, error: 'wrong-key' });
    await expect(readdir(join(root, 'b'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('opens with the key from the environment, a file or standard input, however it is typed', async () => {
    const keyFile = join(root, 'key.txt');
    await writeFile(keyFile, `${key.toLowerCase()}\n`);
    const results = [
      await json(restore('c'), { env: { ...elsewhere(), HOLDFAST_KEY: key } }),
      await json(restore('d', '--key-file', keyFile), { env: elsewhere() }),
      await json(restore('e', '--key-stdin'), { env: elsewhere(), stdin: key.replaceAll('-', ' ') }),
    ];
    for (const { code, document } of results) expect({ code, files: document.restored.files }).toEqual({ code: 0, files: 4 });
    expect(await readFile(join(root, 'e', 'documents', 'letters', 'to Ada.txt'), 'utf8')).toContain('Dear Ada');
    await expect(readdir(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('the key is never an argument, and is not repeated when it is one', async () => {
    for (const args of [restore('f', '--key', key), restore('f', `--key=${key}`), restore('f', `--password=${key}`)]) {
      const { code, out, err } = await holdfast([...args, '--json'], { env: elsewhere() });
      expect({ code, error: JSON.parse(out).error.code }).toEqual({ code: 2, error: 'secret-argument' });
      expect(out + err).not.toContain(key);
    }
  });

  test('a file that is cut short or damaged is told from one with another key', async () => {
    const whole = await readFile(join(root, 'copy.tar'));
    await writeFile(join(root, 'short.tar'), whole.subarray(0, whole.length / 2));
    const flipped = Buffer.from(whole);
    const at = flipped.length / 2;
    flipped[at] = (flipped[at] ?? 0) ^ 0xff;
    await writeFile(join(root, 'flipped.tar'), flipped);
    expect(await json(['backup', 'verify', './short.tar'])).toMatchObject({ code: 1, document: { error: { code: 'truncated' } } });
    expect(await json(['backup', 'verify', './flipped.tar'])).toMatchObject({ code: 1, document: { error: { code: 'damaged' } } });
  });
});

describe('a command line that can not be', () => {
  test.each([
    [['bakup'], 'Did you mean backup?'],
    [['backup', 'list', '--limt', '3'], 'Did you mean --limit?'],
    [['backup', 'restore', 'x'], '--to <dir>'],
    [['backup', 'verify'], '--all'],
  ])('%j is bad usage, and says what is right', async (args, message) => {
    const { code, out, err } = await holdfast(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toContain('--help');
    expect(await json(args)).toMatchObject({ code: 2, err: '', document: { error: { code: 'bad-usage' } } });
  });

  test.each([[['backup', 'delete', 'ID']], [['location', 'remove', 'NAS']], [['key', 'show']]])(
    '%j asks, and without a terminal does nothing',
    async (args) => {
      const { code, out, err } = await holdfast(args.map((word) => (word === 'ID' ? id : word)));
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('--yes');
      expect((await json(['backup', 'show', id])).code).toBe(0);
    },
  );
});

test('a location that fails makes a backup with warnings, and one that is away a list with warnings', async () => {
  const away = join(root, 'usb');
  await json(['location', 'add', 'local', '--path', away, '--title', 'USB']);
  await rm(away, { recursive: true });
  const { code, document } = await json(['backup', 'create', folder]);
  expect(code).toBe(3);
  expect(document.locations.map(({ title, state }: { title: string; state: string }) => [title, state]).sort()).toEqual([
    ['NAS', 'stored'],
    ['USB', 'failed'],
  ]);
  expect((await holdfast(['backup', 'create', folder, '--quiet'])).err).toContain('not stored at USB');
  expect((await json(['location', 'check'])).code).toBe(1);
  expect(await json(['backup', 'list'])).toMatchObject({ code: 3, document: { unavailable: [{ location: 'USB' }] } });
  const removed = await json(['location', 'remove', 'USB', '--yes']);
  expect(removed).toMatchObject({ code: 0, document: { removed: { title: 'USB' } } });
});

test.skipIf(process.platform === 'win32')('Ctrl-C leaves nothing half-made', async () => {
  await mkdir(join(root, 'large'));
  for (let at = 0; at < 4; at += 1) await writeFile(join(root, 'large', `${at}`), randomBytes(32 * 1024 * 1024));
  const stored = async (): Promise<string[]> => (await readdir(join(root, 'nas'), { recursive: true })).sort();
  const before = await stored();
  let interrupted: Promise<void> | undefined;
  const { code, err } = await holdfast(['backup', 'create', join(root, 'large')], {
    onStart(child) {
      interrupted = (async () => {
        while (child.exitCode === null && (await stored()).length === before.length)
          await new Promise((resolve) => setTimeout(resolve, 10));
        child.kill('SIGINT');
      })();
    },
  });
  await interrupted;
  expect(err).toContain('Cancelled.');
  expect(code).toBe(130);
  expect(await stored()).toEqual(before);
});

test('colours are there when forced, and not where they are not wanted', async () => {
  const list = (args: string[], env: NodeJS.ProcessEnv) =>
    holdfast(['backup', 'list', ...args], { env }).then(({ out }) => out.includes('\u001b['));
  expect(await list([], { FORCE_COLOR: '1' })).toBe(true);
  expect(await list([], {})).toBe(false);
  expect(await list([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  expect(await list(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
});

test('backup delete deletes, the list no longer has it', async () => {
  expect(await json(['backup', 'delete', id, '--yes'])).toMatchObject({ code: 0, document: { deleted: { id, deletedFrom: ['NAS'] } } });
  expect(await json(['backup', 'show', id])).toMatchObject({ code: 1, document: { error: { code: 'unknown-backup' } } });
});

test('help is there at every level, with examples, without loading the core', async () => {
  const env = { NODE_DEBUG: 'esm,module' };
  for (const args of [['--help'], ['backup', 'create', '--help'], ['help', 'backup', 'create']]) {
    const { code, out, err } = await holdfast(args, { env });
    expect(code).toBe(0);
    expect(out).toContain('Examples:\n  $ holdfast ');
    expect(err).not.toMatch(/packages[/\\]core/);
  }
  const { version } = JSON.parse(await readFile(new URL('../packages/cli/package.json', import.meta.url), 'utf8'));
  expect(await holdfast(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});
