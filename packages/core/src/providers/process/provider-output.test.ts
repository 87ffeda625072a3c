import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../package.fixture.js';
import { hostileSource, isolate, never, until } from './hostile.fixture.js';

const call = { signal: never };
const secret = 'correct horse battery';

test.each([
  ['logs', 'log.info(line)'],
  ['prints', 'console.error(line)'],
])('a provider that %s a flood of lines gets few of them through, the others are counted, and its calls go on', async (_, say) => {
  const logFile = join(await temporaryFolder(), 'logs', 'hostile.log');
  const attacks = { flood: `for (let count = 0; count < 20_000; count++) { const line = 'line ' + count; ${say} }` };
  const hostile = await isolate(hostileSource(attacks), { logFile, limits: { logBurst: 50, logRate: 1 } });
  const location = await hostile.open();
  await location.head('flood', call);
  expect(await location.head('after', call)).toMatchObject({ key: 'after' });
  await hostile.runtime[Symbol.asyncDispose]();
  expect(hostile.lines.length).toBeLessThan(100);
  const text = await readFile(logFile, 'utf8');
  const dropped = [...text.matchAll(/(\d+) lines? w(?:as|ere) dropped/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  // What it printed last may not get out of a process that ends.
  const atLeast = say.startsWith('log') ? 20_000 : 1_000;
  expect(dropped + hostile.lines.length).toBeGreaterThanOrEqual(atLeast);
  expect(hostile.runtime.status().crashes).toEqual([]);
});

test('a line of 10 MB is cut, on each of the ways', async () => {
  const long = `'x'.repeat(10_000_000)`;
  const hostile = await isolate(
    hostileSource({ logged: `log.warn(${long})`, printed: `console.log(${long})`, endless: `process.stderr.write(${long})` }),
  );
  const location = await hostile.open();
  for (const key of ['logged', 'printed', 'endless']) await location.head(key, call);
  await hostile.runtime[Symbol.asyncDispose]();
  const cut = hostile.lines.filter((line) => line.startsWith('xxx'));
  expect(cut).toHaveLength(3);
  for (const line of cut) {
    expect(line.length).toBeLessThan(8 * 1024 + 100);
    expect(line).toMatch(/x \.\.\. \(\d+ more characters\)$/);
  }
  expect(hostile.runtime.status().crashes).toEqual([]);
});

test('secrets are taken out of each line in each of their forms, also across the cut, and controls are shown', async () => {
  const logFile = join(await temporaryFolder(), 'hostile.log');
  const attacks = {
    all: `
      const secret = ${JSON.stringify(secret)};
      log.info('plain ' + secret);
      console.log('url ' + encodeURIComponent(secret));
      console.error('base64 ' + Buffer.from(secret).toString('base64'));
      log.error('x'.repeat(95) + secret);
      console.log('y'.repeat(95) + secret);
      log.info('\\u001b[31mred');
      throw new Error(secret);`,
  };
  const hostile = await isolate(hostileSource(attacks), { logFile, secrets: () => [secret, ''], limits: { logLine: 100 } });
  await expect((await hostile.open()).head('all', call)).rejects.toMatchObject({ code: 'internal' });
  await until(() => hostile.lines.some((line) => line.startsWith('yyy')));
  await hostile.runtime[Symbol.asyncDispose]();
  const text = `${hostile.lines.join('\n')}${await readFile(logFile, 'utf8')}`;
  for (const line of ['plain [secret]', 'url [secret]', 'base64 [secret]', '\\u001b[31mred']) expect(text).toContain(line);
  expect(text).not.toMatch(/correct|horse|Y29ycmVjd|\u001b/);
});

test('nor do they show in what a process dies of: error, status, log', async () => {
  const folder = await temporaryFolder();
  const [logFile, statusFile] = [join(folder, 'hostile.log'), join(folder, 'status.json')];
  const attack = `setTimeout(() => { throw new Error('\\u001b[31mno ' + ${JSON.stringify(secret)}); }); await forever();`;
  const hostile = await isolate(hostileSource({ attack }), { logFile, statusFile, secrets: () => [secret] });
  await expect((await hostile.open()).head('attack', call)).rejects.toThrow('ended unexpectedly: Error: \\u001b[31mno [secret].');
  await hostile.runtime[Symbol.asyncDispose]();
  const told = `${hostile.lines.join()}${await readFile(logFile, 'utf8')}${await readFile(statusFile, 'utf8')}`;
  expect(told).toContain('ended unexpectedly: Error: ');
  expect(told).not.toMatch(/correct|\u001b/);
});

test('the log file is rotated and open to its owner only', async () => {
  const folder = join(await temporaryFolder(), 'logs');
  const hostile = await isolate(hostileSource({ talk: `for (let line = 0; line < 100; line++) log.info('z'.repeat(90))` }), {
    logFile: join(folder, 'a.log'),
    limits: { logFile: 10_000 },
  });
  const location = await hostile.open();
  // What comes faster than the disk takes it is dropped, so how often that takes is the machine's to say.
  for (let round = 0; round < 500 && !existsSync(join(folder, 'a.log.2')); round += 1) await location.head('talk', call);
  await hostile.runtime[Symbol.asyncDispose]();
  expect((await readdir(folder)).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
  for (const name of await readdir(folder)) {
    const { size, mode } = await stat(join(folder, name));
    expect(size).toBeLessThanOrEqual(10_000);
    expect(mode & 0o777).toBe(0o600);
  }
});
