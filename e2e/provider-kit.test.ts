import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCommandLine } from './command-line.fixture.js';
import { plainEnvironment, repository } from './holdfast.fixture.js';
import { writeDocsProvider } from './provider-docs.fixture.js';

const bin = join(repository, 'packages/provider-kit/bin/holdfast-provider.js');

interface Result {
  readonly id: string;
  readonly state: string;
  readonly error?: string;
  readonly reason?: string;
}

let folder = '';
let shelf = '';
let faults: readonly string[] = [];

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-provider-kit-')));
  shelf = join(folder, 'holdfast-provider-shelf');
  faults = writeDocsProvider(shelf);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the kit's command with a folder of its own for temporary files, which tells what it leaves behind. */
async function kit(args: readonly string[], onStart?: (child: ChildProcess, temporary: string) => void) {
  const temporary = await mkdtemp(join(folder, 'tmp-'));
  const env = { ...plainEnvironment(), TMPDIR: temporary };
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  onStart?.(child, temporary);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err, left: await readdir(temporary) };
}

async function kitJson(...args: readonly string[]) {
  const { code, out, left } = await kit([...args, '--json']);
  const document = JSON.parse(out) as { results: readonly Result[]; error: { code: string; message: string; remedy: string } };
  return { code, left, ...document };
}

/** The docs' provider with a part of its code changed. */
async function changedShelf(name: string, from: string, to: string): Promise<string> {
  const changed = join(folder, name);
  await cp(shelf, changed, { recursive: true });
  const source = await readFile(join(changed, 'dist/index.js'), 'utf8');
  expect(source).toContain(from);
  await writeFile(join(changed, 'dist/index.js'), source.replace(from, to));
  return changed;
}

describe('the provider of docs/writing-a-provider.md', () => {
  test('satisfies the type checker', () => {
    expect(faults).toEqual([]);
  });

  test('keeps to the contract, as its users will have it', async () => {
    const { code, results, left } = await kitJson('check', shelf);
    expect(results.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(results.filter(({ state }) => state === 'passed').length).toBeGreaterThan(40);
    expect({ code, left }).toEqual({ code: 0, left: [] });
  }, 600_000);
});

describe('what is wrong with a provider is found', () => {
  test('by what was done, what was expected and what came', async () => {
    const reversed = await changedShelf('reversed', 'keys.sort(', 'keys.reverse(');
    const { code, out, left } = await kit(['check', reversed, '--only', 'list/order']);
    expect({ code, left }).toEqual({ code: 1, left: [] });
    expect(out).toMatch(/FAIL list\/order[^]*expected:[^]*came:[^]*1 failed/);
  });

  test('in the package too, before any check', async () => {
    const wrong = join(folder, 'wrong');
    await cp(shelf, wrong, { recursive: true });
    await rm(join(wrong, 'dist'), { recursive: true });
    expect(await kitJson('check', wrong)).toMatchObject({ code: 1, error: { code: 'provider-entry-missing' }, left: [] });
    // Nothing above it has the core, as an author's checkout would.
    expect(await kitJson('check', shelf, '--link')).toMatchObject({ code: 1, error: { code: 'core-missing' }, left: [] });
  });
});

describe('without a subject', () => {
  test('an empty place is enough; what needs more is skipped, and nothing is left there', async () => {
    const scratch = join(folder, 'scratch');
    await mkdir(scratch);
    await writeFile(join(folder, 'scratch.json'), JSON.stringify({ folder: scratch }));
    const { code, results } = await kitJson('check', shelf, '--config', 'scratch.json', '--only', 'names', '--only', 'write/replace');
    expect(results.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(results.find(({ id }) => id === 'names/foreign')).toMatchObject({
      state: 'skipped',
      reason: expect.stringContaining('putForeign') as unknown,
    });
    expect({ code, left: (await readdir(scratch)).filter((name) => !name.startsWith('.')) }).toEqual({ code: 0, left: [] });
  });

  test('a place that holds something is left alone', async () => {
    const inUse = join(folder, 'in-use');
    await mkdir(inUse);
    await writeFile(join(inUse, 'letter.txt'), 'Dear Ada');
    await writeFile(join(folder, 'in-use.json'), JSON.stringify({ folder: inUse }));
    expect(await kitJson('check', shelf, '--config', 'in-use.json')).toMatchObject({ code: 1, error: { code: 'place-not-empty' } });
    expect(existsSync(join(inUse, 'letter.txt'))).toBe(true);
  });
});

describe('the command', () => {
  test.each([
    [['check'], 'Name the package to check'],
    [['check', 'nowhere'], 'There is nothing at'],
    [['check', '.'], 'has no package.json'],
    [['check', '.', '--only', 'nothing'], 'no area and no check "nothing"'],
    [['check', '.', '--colour'], "unknown option '--colour'"],
    [['check', '.', '--subject', 'a.js', '--config', 'b.json'], 'either --subject or --config'],
    [['chek', '.'], "unknown command 'chek'"],
  ])('%j: says what is wrong with the command line', async (args, message) => {
    const { code, err } = await kit(args);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(message) as unknown });
  });

  test('lists its checks', async () => {
    const { code, out } = await kit(['check', '--list', '--only', 'read']);
    expect(code).toBe(0);
    expect(out).toMatch(/^read\/ranges +\S/m);
    expect(out).not.toMatch(/^write\//m);
  });

  test.skipIf(process.platform === 'win32').each([
    ['packs', (files: readonly string[]) => files.some((file) => file.endsWith('packed'))],
    ['installs', (files: readonly string[]) => files.some((file) => file.includes('staging'))],
    ['checks', (files: readonly string[]) => files.some((file) => /^holdfast-kit-(?!package)/.test(file))],
  ])('is stopped by Ctrl-C while it %s, and leaves nothing behind', async (_, isUnderWay) => {
    const { code, left } = await kit(['check', shelf], (child, temporary) => {
      void until(temporary, isUnderWay).then(() => child.kill('SIGINT'));
    });
    expect({ code, left }).toEqual({ code: 130, left: [] });
  });
});

describe('location check --thorough', () => {
  test('tries a location that is in use, and changes nothing there', async () => {
    await using holdfast = await createCommandLine();
    const place = join(holdfast.root, 'place');
    const files = async () => (await readdir(place, { recursive: true })).filter((name) => !name.startsWith('.')).sort();
    await holdfast.json(['init']);
    await holdfast.json(['location', 'add', 'local', '--path', place]);
    await mkdir(join(holdfast.root, 'documents'));
    await writeFile(join(holdfast.root, 'documents', 'letter.txt'), 'Dear Ada');
    expect((await holdfast.json(['backup', 'create', 'documents'])).code).toBe(0);
    const before = await files();

    const { code, out } = await holdfast.run(['location', 'check', '--thorough']);
    expect(out).toMatch(/^ok +Local folder\n +\d\d checks passed/);
    expect(code).toBe(0);
    expect(await files()).toEqual(before);

    const stopped = await holdfast.run(['location', 'check', '--thorough', '--json'], {
      onStart: (child) => void afterSomeChecks(place).then(() => child.kill('SIGINT')),
    });
    const [found] = (JSON.parse(stopped.out) as { checks: readonly { thorough?: { results: readonly Result[] } }[] }).checks;
    expect(found?.thorough?.results.length).toBeGreaterThan(0);
    expect(stopped.code).toBe(130);
    expect(await files()).toEqual(before);
    const { document } = await holdfast.json(['backup', 'list', '--scan']);
    expect(document.backups).toHaveLength(1);
  });
});

/** Waits for files in a folder. */
async function until(folder: string, found: (files: readonly string[]) => boolean): Promise<void> {
  while (!found(await readdir(folder, { recursive: true }).catch(() => []))) await pause(5);
}

/** Waits until a check has left more behind than the one before it: by then some are done, however fast the machine is. */
async function afterSomeChecks(place: string): Promise<void> {
  const seen = new Set(await readdir(place, { recursive: true }));
  const before = seen.size;
  while (seen.size < before + 6) {
    for (const name of await readdir(place, { recursive: true }).catch(() => [])) seen.add(name);
    await pause(2);
  }
}
