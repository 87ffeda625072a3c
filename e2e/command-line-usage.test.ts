import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';

let holdfast: CommandLine;

beforeAll(async () => {
  holdfast = await createCommandLine();
  await holdfast.json(['init']);
  await holdfast.json(['location', 'add', 'local', '--path', join(holdfast.root, 'nas'), '--title', 'NAS']);
});

afterAll(() => holdfast[Symbol.asyncDispose]());

test.each([
  { args: ['bakup'], message: 'Did you mean backup?' },
  { args: ['backup', 'resore', 'create', '--to', 'list'], message: 'Did you mean restore?' },
  { args: ['backup', 'list', '--limt', '3'], message: 'Did you mean --limit?' },
  { args: ['backup', 'restore', 'x'], message: '--to DIR' },
  { args: ['backup', 'verify'], message: '--all' },
])('$args is bad usage, and it is said what is right', async ({ args, message }) => {
  const { code, out, err } = await holdfast.run(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
  expect(err).toContain('--help');
  expect(await holdfast.json(args)).toMatchObject({ code: 2, err: '', document: { error: { code: 'bad-usage' } } });
});

test('with --verbose a trace leads to the source', async () => {
  const { code, err } = await holdfast.run(['--verbose', 'backup', 'verify', 'nope']);
  expect(code).toBe(1);
  expect(err).toMatch(/at findBackup \(.*src.backups.catalogue\.ts:\d+/);
});

test('what can not be undone is asked, and without a terminal not done', async () => {
  for (const args of [
    ['location', 'remove', 'NAS'],
    ['key', 'show'],
  ]) {
    const { code, out, err } = await holdfast.run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('--yes');
  }
  expect(await holdfast.json(['location', 'list'])).toMatchObject({ document: { locations: [{ title: 'NAS' }] } });
});

test.each([['--version'], ['--help'], ['backup', '--help'], ['location', 'list'], ['backup', 'list', '--json']])(
  '%s %s is quiet where nobody reads its answer, such as `head`',
  async (...args) => {
    const onStart = (child: ChildProcess) => child.stdout?.destroy();
    expect(await holdfast.run(args, { onStart })).toEqual({ code: 0, out: '', err: '' });
  },
);

test('colours are there when forced, and not where they are not wanted', async () => {
  const colored = (args: string[], env: NodeJS.ProcessEnv): Promise<boolean> =>
    holdfast.run(['location', 'list', ...args], { env }).then(({ out }) => out.includes('\u001b['));
  expect(await colored([], { FORCE_COLOR: '1' })).toBe(true);
  expect(await colored([], {})).toBe(false);
  expect(await colored([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  expect(await colored(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
});

test('help is there at every level, with examples, without loading the core', async () => {
  const env = { NODE_DEBUG: 'esm,module' };
  for (const args of [['--help'], ['backup', 'create', '--help'], ['help', 'backup', 'create']]) {
    const { code, out, err } = await holdfast.run(args, { env });
    expect(code).toBe(0);
    expect(out).toContain('Examples:\n  $ holdfast ');
    expect(err).not.toMatch(/packages[/\\]core/);
  }
});

test('--version prints the version alone', async () => {
  const manifest = await readFile(new URL('../packages/cli/package.json', import.meta.url), 'utf8');
  const { code, out, err } = await holdfast.run(['--version']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  expect(manifest).toContain(`"version": "${out.trim()}"`);
});
