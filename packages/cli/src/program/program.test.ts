import { expect, test } from 'vitest';
import { CommanderError } from 'commander';
import { createProgram } from './program.js';

/** What the command line prints for these arguments, as far as commander does. */
async function printed(...args: string[]): Promise<{ out: string; code: string | undefined }> {
  const program = await createProgram(args, '1.2.3');
  let out = '';
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.configureOutput({
      writeOut: (text) => (out += text),
      writeErr: (text) => (out += text),
      getOutHasColors: () => false,
      getOutHelpWidth: () => 80,
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return { out, code: undefined };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { out, code: error.code };
  }
}

const commands = [
  [],
  ['init'],
  ['location'],
  ...['list', 'show', 'check', 'remove', 'flows', 'export', 'import'].map((name) => ['location', name]),
  ['backup'],
  ...['create', 'list', 'show', 'verify', 'restore', 'download', 'ls', 'cat', 'diff', 'delete'].map((name) => ['backup', name]),
  ['file'],
  ...['info', 'list', 'cat', 'extract', 'verify', 'decrypt', 'encrypt'].map((name) => ['file', name]),
  ['settings'],
  ['settings', 'show'],
  ['settings', 'set'],
  ['key'],
  ['key', 'show'],
  ['key', 'fingerprint'],
  ['kit'],
  ['kit', 'save'],
  ['provider'],
  ...['search', 'install', 'update', 'rollback', 'pin', 'unpin', 'enable', 'disable', 'remove', 'list', 'show', 'running', 'logs'].map(
    (name) => ['provider', name],
  ),
  ['restore'],
  ...['status', 'confirm', 'undo'].map((name) => ['restore', name]),
  ['recover'],
  ['issues'],
  ...['list', 'show', 'fix'].map((name) => ['issues', name]),
  ['notification'],
  ...['add', 'list', 'show', 'test'].map((name) => ['notification', name]),
  ['service'],
  ['status'],
  ['doctor'],
  ['diagnostics'],
  // Their usage has more than their name, and the help of `add` is an option of its own.
  ...['add', 'reauth', 'reconfigure'].map((name) => ['location', name]),
];

test.each(commands.map((words) => ({ words })))('the help of $words has a purpose and examples, in 80 columns', async ({ words }) => {
  const { out } = await printed(...words, '--help');
  expect(out).toContain(['Usage: holdfast', ...words].join(' '));
  expect(out).toMatch(/\n\n[A-Z].+\n/);
  expect(out).toMatch(/Examples:\n {2}\$ holdfast /);
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test.each([
  ['--data-dir', 'backup', 'location', 'list'],
  ['-d', 'backup', 'location', 'list'],
  ['-qd', 'backup', 'location', 'list'],
  ['-d/mnt/ssd', 'location', 'list'],
  ['--json', 'location', '--data-dir', 'show', 'list'],
])('the value of an option is not taken for a command: %s %s %s %s', async (...args) => {
  expect((await printed(...args, '--help')).out).toContain('Usage: holdfast location list');
});

test.each([
  ['-qd', 'create', 'list'],
  ['--provider-folder', 'create', 'list'],
])('nor for a subcommand: %s %s %s', async (...args) => {
  expect((await printed('backup', ...args, '--help')).out).toContain('Usage: holdfast backup list');
});

test('every command is listed', async () => {
  const { out } = await printed('--help');
  for (const name of [
    'init',
    'location',
    'backup',
    'file',
    'key',
    'kit',
    'provider',
    'settings',
    'service',
    'status',
    'doctor',
    'diagnostics',
  ])
    expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

test.each([
  [['bakup'], 'commander.unknownCommand'],
  [['backup', 'lst'], 'commander.unknownCommand'],
  [['backup', 'list', '--limt', '3'], 'commander.unknownOption'],
  [['backup', 'list', '--limit', 'many'], 'commander.invalidArgument'],
  [['backup', 'create', 'x', '--level', '10'], 'commander.invalidArgument'],
  [['backup', 'create', '--source', 'x'], 'commander.invalidArgument'],
  [['backup', 'create', 'x', '--preset', 'all'], 'commander.invalidArgument'],
  [['backup', 'restore', 'x'], 'commander.missingMandatoryOptionValue'],
  [['backup', 'delete'], 'commander.missingArgument'],
  [['backup', 'create', 'x', '--encryption', 'v1'], 'commander.invalidArgument'],
  [['backup', 'diff', 'x'], 'commander.missingArgument'],
  [['file', 'extract', 'x.tar'], 'commander.missingMandatoryOptionValue'],
  [['file', 'encrypt', 'x.tar', '--to', 'y.tar', '--format', 'v1'], 'commander.invalidArgument'],
  [['file', 'info', 'x.tar', '--key', 'secret'], 'commander.unknownOption'],
  [['settings', 'set', 'speed', '9'], 'commander.invalidArgument'],
  [['init', 'x'], 'commander.excessArguments'],
  [['provider', 'install'], 'commander.missingArgument'],
  [['provider', 'logs', 'x', '--lines', '0'], 'commander.invalidArgument'],
  [['location', 'add', 'local', '--set', 'path'], 'commander.invalidArgument'],
  [['location', 'import'], 'commander.missingArgument'],
])('%j is refused', async (args, code) => {
  expect(await printed(...args)).toEqual({ out: '', code });
});

test('the version is told', async () => {
  expect(await printed('--version')).toEqual({ out: '1.2.3\n', code: 'commander.version' });
});
