import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const app = fileURLToPath(new URL('app.mjs', import.meta.url));
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'embed-test-'));
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [app, ...args], { encoding: 'utf8', env: { ...process.env, TMPDIR: temporary, TEMP: temporary } });

test('the app backs up, lists and restores with a provider of its own, and leaves nothing behind', () => {
  const { status, stdout, stderr } = run();
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    'asked      shelf, code',
    'asked      shelf, code (code: Expected a text of at least 8 characters.)',
    'event      location added: Here in memory',
    'event      location checked: Here in memory',
    'location   Here in memory (memory)',
    'event      backup started',
    'event      backup finished',
    expect.stringMatching(/^backed up {2}"An example": \d+ files, complete, encrypted with the key [0-9A-Z]{4}-[0-9A-Z]{4}$/),
    expect.stringMatching(/^listed {5}[0-9a-f]{8} "An example" of example at Here in memory$/),
    'event      backup started',
    'event      backup restored',
    'restored   1 file, the same as before',
    '',
  ]);
  expect(status).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
});

test('an error of the core comes out as its message, remedy and code', () => {
  const empty = join(temporary, 'empty');
  mkdirSync(empty);
  const { status, stderr } = run(empty);
  expect(stderr).toContain('Nothing in the backup matches example:package.json.');
  expect(stderr).toContain('(nothing-selected)');
  expect(status).toBe(1);
});
