import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdfastBin, plainEnvironment, repository } from './holdfast.fixture.js';

let root = '';
let folder = '';
let dataDir = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
  folder = join(root, 'documents');
  // Inside of what is backed up, where it must not go round in circles.
  dataDir = join(folder, 'holdfast [data]');
  mkdirSync(folder);
  writeFileSync(join(folder, 'letter.txt'), 'Dear Ada');
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function start(...args: string[]) {
  const env = { ...plainEnvironment(), INIT_CWD: root, HOLDFAST_DATA_DIR: dataDir };
  return spawnSync(process.execPath, [join(repository, 'scripts/start.mjs'), ...args], { cwd: repository, env, encoding: 'utf8' });
}

test('npm start makes a verified backup, and every command that it suggests works', () => {
  const { status, stdout, stderr } = start('documents');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('1 file with 8 B');
  expect(stdout.split('\n').length).toBeLessThanOrEqual(26);
  const suggested = [...stdout.matchAll(/^ {2}npx holdfast (.*)$/gm)].map(([, line = '']) =>
    [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word),
  );
  expect(suggested.map((words) => words.slice(2, 4).join(' '))).toEqual([
    'backup list',
    'backup show',
    'backup restore',
    'backup restore',
    'location add',
  ]);
  for (const words of suggested.slice(0, -1)) {
    const done = spawnSync(process.execPath, [holdfastBin, ...words], { cwd: root, env: plainEnvironment(), encoding: 'utf8' });
    expect({ words, status: done.status, stderr: done.stderr }).toEqual({ words, status: 0, stderr: '' });
  }
  expect(readFileSync(join(dataDir, 'out', 'documents', 'letter.txt'), 'utf8')).toBe('Dear Ada');
});

test('a second run makes a second backup, and keeps the kit that is there', () => {
  const kits = readdirSync(join(dataDir, 'emergency-kit'));
  expect(kits).toHaveLength(2);
  expect(start('documents').status).toBe(0);
  expect(readdirSync(join(dataDir, 'emergency-kit'))).toEqual(kits);
  expect(readdirSync(join(dataDir, 'backups')).filter((name) => name.endsWith('.tar'))).toHaveLength(2);
  expect(readdirSync(root)).toEqual(['documents']);
});

test('a folder that is not there is told before anything is made', () => {
  rmSync(dataDir, { recursive: true });
  const { status, stderr } = start('nowhere');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: .*nowhere.*\n {2}source-missing\n/);
  expect(start('--bogus').status).toBe(2);
  expect(start('a', 'b').status).toBe(2);
  expect(existsSync(dataDir)).toBe(false);
});
