import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from './command-line.fixture.js';

const bin = fileURLToPath(new URL('../packages/cli/bin/holdfast.js', import.meta.url));

let holdfast: CommandLine;
let docs = '';
beforeAll(async () => {
  holdfast = await createCommandLine();
  docs = join(holdfast.root, 'docs');
  await mkdir(docs);
  await writeFile(join(docs, 'letter'), 'Dear Reader');
  await holdfast.json(['init']);
  for (const title of ['NAS', 'Bucket']) {
    await holdfast.json(['location', 'add', 'local', '--title', title, '--path', join(holdfast.root, title)]);
  }
});
afterAll(() => holdfast[Symbol.asyncDispose]());

const node = (code: string) => JSON.stringify([process.execPath, '-e', code]);

test('a job is added, shown with its next run, changed and removed', async () => {
  const places = ['--keep-at', 'NAS:copies=9,monthly=2', '--plain-at', 'NAS'];
  const added = await holdfast.json([
    'job',
    'add',
    docs,
    '--title',
    'Words',
    '--every',
    'mon,thu',
    '--at',
    '03:30',
    '--time-zone',
    'UTC',
    ...places,
  ]);
  expect(added).toMatchObject({
    code: 0,
    document: {
      job: {
        title: 'Words',
        schedule: { every: 'week', on: ['mon', 'thu'], at: '03:30', timeZone: 'UTC' },
        sources: [{ name: 'docs', path: docs }],
        locations: 'all',
        differing: [{ retention: { copies: 9, monthly: 2 }, encrypt: false }],
        retention: { copies: 3 },
        nextRun: expect.stringMatching(/T03:30:00\.000Z$/),
      },
    },
  });
  expect((await holdfast.run(['job', 'list'])).out).toMatch(/Words +every mon, thu, 03:30 \(UTC\) +\d{4}-\d\d-\d\d \d\d:\d\d +never/);
  const changed = await holdfast.json([
    'job',
    'change',
    'words',
    '--every',
    'day',
    '--to',
    'Bucket',
    '--keep',
    'all',
    '--exclude',
    '*.tmp',
  ]);
  expect(changed).toMatchObject({
    code: 0,
    document: {
      job: {
        schedule: { every: 'day', at: '03:30' },
        locations: [{ location: expect.stringMatching(/^local-/) }],
        retention: {},
        sources: [{ exclude: ['*.tmp'] }],
      },
    },
  });
  expect((await holdfast.run(['job', 'disable', 'Words'])).out).toMatch(/next run +disabled/);
  expect(await holdfast.json(['job', 'remove', 'Words'])).toMatchObject({ code: 2, document: { error: { code: 'confirmation-needed' } } });
  expect((await holdfast.run(['job', 'remove', 'Words', '--yes'])).code).toBe(0);
  expect(await holdfast.json(['job', 'list'])).toMatchObject({ code: 0, document: { jobs: [] } });
});

test.each([
  [['add', '--every', 'day'], /at least one folder/],
  [['add', '.', '--every', 'funday'], /weekdays such as mon,thu, month/],
  [['add', '.', '--keep-at', 'NAS'], /LOCATION:RULES/],
  [['add', '.', '--without', 'NAS:attic'], /no source "attic"/],
  [['add', '.', '--before', 'a | b'], /JSON array/],
  [['run', 'Nothing'], /no job "Nothing"/],
])('job %j is refused with what is wrong', async (args, message) => {
  const { code, document } = await holdfast.json(['job', ...args]);
  expect(document.error.message).toMatch(message);
  expect(code).toBe(2);
});

test('a run says what became of each location, and a retry sends what is missing from where it is', async () => {
  await holdfast.json(['job', 'add', docs]);
  // As a drive that is not mounted.
  const away = join(holdfast.root, 'away');
  await rename(join(holdfast.root, 'Bucket'), away);
  const run = await holdfast.json(['job', 'run', 'Automatic backup']);
  expect(run).toMatchObject({
    code: 3,
    document: {
      run: {
        state: 'partial',
        locations: [
          { title: 'NAS', state: 'stored' },
          { title: 'Bucket', state: 'pending' },
        ],
      },
    },
  });
  expect((await holdfast.run(['job', 'runs'])).out).toMatch(/Automatic backup .* partial +manual +NAS/);
  await rename(away, join(holdfast.root, 'Bucket'));
  await rm(docs, { recursive: true });
  const retried = await holdfast.json(['job', 'retry']);
  await mkdir(docs);
  await writeFile(join(docs, 'letter'), 'Dear Reader');
  expect(retried).toMatchObject({ code: 0, document: { run: { state: 'complete' } } });
  const tars = async (title: string) => (await readdir(join(holdfast.root, title))).filter((name) => name.endsWith('.tar'));
  expect(await tars('Bucket')).toEqual(await tars('NAS'));
  expect((await holdfast.run(['job', 'retry'])).out).toMatch(/No run left anything/);
});

test('a command that fails before the backup is quoted, and there is none', async () => {
  await holdfast.json(['job', 'add', docs, '--title', 'Stopped', '--before', node('console.log("no such service"); process.exit(5)')]);
  const { code, out } = await holdfast.run(['job', 'run', 'Stopped']);
  expect(code).toBe(1);
  expect(out).toMatch(/failed +Stopped[^]*ended with 5\. It said: no such service/);
});

test('a run that was killed is told as interrupted, and the next one is well', async () => {
  const started = join(holdfast.root, 'started');
  const hook = node(`require('node:fs').writeFileSync(${JSON.stringify(started)}, ''); setTimeout(() => {}, 60000)`);
  await holdfast.json(['job', 'add', docs, '--title', 'Killed', '--to', 'NAS', '--before', hook]);
  const child = spawn(process.execPath, [bin, 'job', 'run', 'Killed'], { env: holdfast.environment, stdio: 'ignore' });
  await expect.poll(() => existsSync(started), { timeout: 30_000 }).toBe(true);
  expect(await holdfast.json(['job', 'runs', '--job', 'Killed'])).toMatchObject({ document: { runs: [{ state: 'running' }] } });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await holdfast.json(['job', 'runs', '--job', 'Killed'])).toMatchObject({
    document: { runs: [{ state: 'failed', error: { code: 'run-interrupted' } }] },
  });
  await holdfast.json(['job', 'change', 'Killed', '--before', 'none']);
  expect(await holdfast.json(['job', 'run', 'Killed'])).toMatchObject({ code: 0, document: { run: { state: 'complete' } } });
});

test('a run that is cancelled stops its command too, and leaves nothing', async () => {
  const started = join(holdfast.root, 'pid');
  const hook = node(`require('node:fs').writeFileSync(${JSON.stringify(started)}, String(process.pid)); setTimeout(() => {}, 60000)`);
  await holdfast.json(['job', 'add', docs, '--title', 'Cancelled', '--to', 'NAS', '--before', hook]);
  const before = await readdir(join(holdfast.root, 'NAS'));
  const child = spawn(process.execPath, [bin, '--json', 'job', 'run', 'Cancelled'], { env: holdfast.environment, stdio: 'ignore' });
  await expect.poll(() => existsSync(started), { timeout: 30_000 }).toBe(true);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([130, null]);
  expect(await holdfast.json(['job', 'runs', '--job', 'Cancelled'])).toMatchObject({ document: { runs: [{ state: 'cancelled' }] } });
  expect(await readdir(join(holdfast.root, 'NAS'))).toEqual(before);
});
