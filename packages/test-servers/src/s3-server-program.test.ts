import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missingCephPrograms } from './s3/ceph-programs.js';
import { isS3ServerAvailable } from './s3/index.js';

// Only what we start can be left behind.
const isOurs = isS3ServerAvailable() && (process.env['S3_TEST_ENDPOINT'] ?? '') === '';

describe.skipIf(!isOurs)('the program s3-server', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-program-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function start() {
    const build = await rolldown({
      input: fileURLToPath(new URL('./s3-server.ts', import.meta.url)),
      platform: 'node',
      external: /^node:/,
    });
    const file = join(folder, 's3-server.mjs');
    await build.write({ file, format: 'esm', codeSplitting: false });
    await build.close();
    const program = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: folder } });
    const ended = once(program, 'exit');
    const [line] = await Promise.race([
      once(createInterface(program.stdout), 'line'),
      ended.then(() => Promise.reject(new Error('The program ended.'))),
    ]);
    return { program, ended, told: JSON.parse(String(line)) as unknown };
  }

  /** Command lines of the processes that know the folder. */
  async function processesIn(place: string): Promise<string[]> {
    const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(numbers.map(async (number) => readFile(`/proc/${number}/cmdline`, 'utf8').catch(() => '')));
    return lines.filter((line) => line.includes(`${place}/holdfast-s3-`));
  }

  test.each(['SIGTERM', 'SIGKILL', 'the end of its input'])('leaves nothing behind after %s', async (how) => {
    expect(missingCephPrograms()).toEqual([]);
    const { program, ended, told } = await start();
    expect(told).toEqual({
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      host: '127.0.0.1',
      port: expect.any(Number),
      region: 'us-east-1',
      accessKeyId: expect.any(String),
      secretAccessKey: expect.any(String),
      bucket: expect.any(String),
    });
    expect((await processesIn(folder)).filter((line) => !line.startsWith('/bin/sh'))).toHaveLength(3);

    if (how === 'the end of its input') program.stdin.end();
    else program.kill(how as NodeJS.Signals);
    await ended;
    const left = async () => [...(await processesIn(folder)), ...(await readdir(folder)).filter((name) => name.startsWith('holdfast-s3-'))];
    for (const end = Date.now() + 10_000; (await left()).length > 0 && Date.now() < end; ) await delay(20);
    expect(await left()).toEqual([]);
  });
});
