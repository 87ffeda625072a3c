import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';
import { holdfastBin } from './holdfast.fixture.js';

const page = readFileSync(new URL('../docs/restoring.md', import.meta.url), 'utf8');

let home: CommandLine;
let id: string;
let name: string;
beforeAll(async () => {
  home = await createCommandLine();
  mkdirSync(join(home.root, 'documents/letters'), { recursive: true });
  writeFileSync(join(home.root, 'documents/letters/ada.txt'), 'dear Charles');
  await run('init');
  await run('location', 'add', 'local', '--path', join(home.root, 'nas'), '--title', 'NAS');
  await run('location', 'add', 'local', '--path', join(home.root, 'usb'), '--title', 'USB disk');
  await run('backup', 'create', join(home.root, 'documents'));
  name = readdirSync(join(home.root, 'nas')).find((file) => file.endsWith('.tar')) ?? '';
  id = name.slice(-12, -4);
  await run('kit', 'save', home.root);
  const kit = readdirSync(home.root).find((file) => file.endsWith('.txt')) ?? '';
  renameSync(join(home.root, kit), join(home.root, 'kit.txt'));
  const [key = ''] = /(?:[A-Z0-9]{4}-){6}[A-Z0-9]{4}/.exec(readFileSync(join(home.root, 'kit.txt'), 'utf8')) ?? [];
  writeFileSync(join(home.root, 'key.txt'), `${key.toLowerCase()}\n`);
  // Who reads the page has npm's `npx`, and somebody who says yes.
  mkdirSync(join(home.root, 'bin'));
  writeFileSync(join(home.root, 'bin/npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${holdfastBin}" --yes "$@"\n`);
  chmodSync(join(home.root, 'bin/npx'), 0o755);
  renameSync(home.root, saved());
});
// Each walk begins on the same day.
beforeEach(() => cpSync(saved(), home.root, { recursive: true, preserveTimestamps: true }));
afterEach(() => rmSync(home.root, { recursive: true }));
afterAll(() => rmSync(saved(), { recursive: true }));

const saved = () => `${home.root}.saved`;

async function run(...args: string[]): Promise<void> {
  const { code, err } = await home.run(args);
  if (code !== 0) throw new Error(`holdfast ${args.join(' ')} ended with ${code}: ${err}`);
}

/** The commands that the page shows below a heading, with the names of this place. */
function commandsBelow(heading: string): string[] {
  const [, text = ''] = page.split(`\n${heading}\n`);
  const [section = ''] = text.split(/\n##+ /);
  const commands = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.trim().split('\n'));
  expect(commands.length).toBeGreaterThan(0);
  return commands.map((command) =>
    command
      .replaceAll('20261121T115720Z-0de743ce.tar', name)
      .replaceAll('0de743ce', id)
      .replaceAll('/mnt/nas/backups', join(home.root, 'nas')),
  );
}

/** Types a command of the page into a shell. */
function type(command: string, env: NodeJS.ProcessEnv = {}): { readonly status: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: home.root,
    encoding: 'utf8',
    env: { ...home.environment, HOME: home.root, PATH: `${join(home.root, 'bin')}:${process.env['PATH'] ?? ''}`, ...env },
  });
  return { status, out: `$ ${command}\n${stdout}${stderr}` };
}

function typeAll(commands: readonly string[], env?: NodeJS.ProcessEnv): string {
  return commands
    .map((command) => type(command, env))
    .map(({ status, out }) => {
      expect(status, out).toBe(0);
      return out;
    })
    .join('');
}

const letter = (folder: string) => readFileSync(join(home.root, folder, 'letters/ada.txt'), 'utf8');

test('I have the host: what is different, and the files in a folder', () => {
  writeFileSync(join(home.root, 'documents/letters/ada.txt'), 'changed');
  const [list = '', diff = '', restore = '', ...more] = commandsBelow('## I have the host');
  expect(more).toEqual([]);
  expect(typeAll([list])).toContain(id);
  expect(type(diff)).toMatchObject({ status: 3, out: expect.stringContaining('letters/ada.txt') as unknown });
  typeAll([restore]);
  expect(letter('restored/documents')).toBe('dear Charles');
});

test('I have the host: into the place where it was, undone, done again and confirmed', () => {
  writeFileSync(join(home.root, 'documents/letters/ada.txt'), 'changed');
  const [restore = '', status = '', undo = '', again = '', confirm = '', ...more] = commandsBelow('### Into the place where it was');
  expect(more).toEqual([]);
  typeAll([restore]);
  expect(letter('documents')).toBe('dear Charles');
  expect(typeAll([status])).toContain('The former state is kept.');
  typeAll([undo]);
  expect(letter('documents')).toBe('changed');
  typeAll([again, confirm]);
  expect(letter('documents')).toBe('dear Charles');
  expect(readdirSync(home.root).filter((file) => file.includes('holdfast-restore'))).toEqual([]);
});

test('only the kit and a location', () => {
  rmSync(home.dataDir, { recursive: true });
  typeAll(commandsBelow('## Only the kit and a location'));
  expect(letter('restored/documents')).toBe('dear Charles');
  expect(existsSync(home.dataDir)).toBe(false);
});

test('only the kit and a file', () => {
  rmSync(home.dataDir, { recursive: true });
  copyFileSync(join(home.root, 'nas', name), join(home.root, name));
  typeAll(commandsBelow('## I have the file and the key'), { HOLDFAST_KEY: readFileSync(join(home.root, 'key.txt'), 'utf8').trim() });
  expect(letter('restored/documents')).toBe('dear Charles');
});

test('I lost the key: which one is needed, and which of those that turn up it is', () => {
  copyFileSync(join(home.root, 'nas', name), join(home.root, name));
  const fingerprint = /[0-9A-Z]{4}-[0-9A-Z]{4}(?= )/.exec(readFileSync(join(home.root, 'kit.txt'), 'utf8'))?.[0] ?? '?';
  const [show = '', check = '', info = '', ...more] = commandsBelow('## I lost the key');
  expect(more).toEqual([]);
  expect(typeAll([show])).toContain(fingerprint);
  expect(typeAll([check])).toMatch(/opens/);
  expect(typeAll([info])).toMatch(/fits/);
});

test('the store is damaged: which copy is bad, restoring from the good one, and mending the bad one with it', () => {
  const bad = join(home.root, 'nas', name);
  const bytes = readFileSync(bad);
  bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 20);
  writeFileSync(bad, bytes);
  const [verify = '', restore = '', send = '', again = '', ...more] = commandsBelow('## The backup is damaged');
  expect(more).toEqual([]);
  expect(type(verify)).toMatchObject({ status: 1, out: expect.stringContaining('"NAS" was changed') as unknown });
  typeAll([restore]);
  expect(letter('restored/documents')).toBe('dear Charles');
  typeAll([send, again]);
});
