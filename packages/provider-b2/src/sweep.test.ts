import { readdir, readFile, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bodyOf, locationId, mebibyte, never, openB2, quickTiming, read, someBytes, startBucket, temporaryFolder } from './b2.fixture.js';
import { otherProgram } from './other-program.fixture.js';

/** Changes who has written the notes in a state folder: another process, dead or alive. */
async function asIfWrittenBy(stateFolder: string, pid: number): Promise<void> {
  const folder = join(stateFolder, 'uploads', locationId);
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    const note: unknown = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...Object(note), run: 'another', pid, machine: hostname() }));
  }
}

const deadPid = spawnSync(process.execPath, ['--version']).pid;

/** Puts bytes and gives nothing more. */
function endless(bytes: Buffer): ReadableStream<Uint8Array> {
  let given = false;
  return new ReadableStream({
    pull(controller) {
      if (given) return new Promise<void>(() => {});
      given = true;
      controller.enqueue(bytes);
      return undefined;
    },
  });
}

test('what this process or another one that lives is uploading is not swept', async () => {
  const { server, bucket, config } = await startBucket();
  const stateFolder = await temporaryFolder();
  const busy = await openB2(config, { stateFolder });
  const storing = busy.put('a', endless(someBytes(40 * mebibyte)), { signal: never });
  await expect.poll(() => server.contents(bucket).unfinished[0]?.parts, { timeout: 30_000 }).toBe(2);
  const next = await openB2(config, { stateFolder });
  expect(await next.sweep({ signal: never })).toBe(0);
  await asIfWrittenBy(stateFolder, process.ppid);
  expect(await next.sweep({ signal: never })).toBe(0);
  expect(server.contents(bucket).unfinished).toHaveLength(1);
  await Promise.allSettled([storing, busy[Symbol.asyncDispose]()]);
});

test('a note of a dead process leads to what it left: unfinished parts, and the versions that it had replaced', async () => {
  const { server, bucket, config } = await startBucket('');
  const other = await otherProgram(server, bucket);
  const stateFolder = await temporaryFolder();
  const location = await openB2(config, { stateFolder, timing: { ...quickTiming, policy: { ...quickTiming.policy, attempts: 1 } } });
  await location.put('replaced', bodyOf('old'), { signal: never });
  // The process dies behind the upload, before the older version goes.
  server.inject({ call: 'b2_list_file_versions', fault: 'cap' });
  await location.put('replaced', bodyOf('new'), { signal: never });
  expect(server.contents(bucket).versions).toHaveLength(2);
  // And in the middle of a large file.
  const [upload, note] = ['5a0c', { name: 'large', remains: 'tidy' }];
  await other.startLargeFile('large', { holdfast_location: locationId, holdfast_upload: upload });
  await writeFile(join(stateFolder, 'uploads', locationId, `${upload}.json`), JSON.stringify({ ...note, upload, run: 'x', pid: 0 }));
  await asIfWrittenBy(stateFolder, deadPid);

  expect(await location.sweep({ signal: never })).toBe(2);
  expect(server.contents(bucket)).toMatchObject({ versions: [{ fileName: 'replaced', size: 3 }], unfinished: [] });
  expect((await read(location, 'replaced')).toString()).toBe('new');
  expect(await readdir(join(stateFolder, 'uploads', locationId))).toEqual([]);
});

test('what could not be undone when a put failed is undone by the next sweep', async () => {
  const { server, bucket, config } = await startBucket();
  const location = await openB2(config);
  await location.put('a', bodyOf('old'), { signal: never });
  server.inject({ call: 'b2_finish_large_file', fault: 'cap' });
  server.inject({ call: 'b2_list_file_versions', fault: 'cap' });
  await expect(location.put('a', bodyOf(someBytes(17 * mebibyte)), { signal: never })).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect(server.contents(bucket).unfinished).toHaveLength(1);
  expect(await location.sweep({ signal: never })).toBe(1);
  expect(server.contents(bucket)).toMatchObject({ versions: [{ size: 3 }], unfinished: [] });
});

test('of unfinished uploads that nobody has noted, those of this location go when they are a day old', async () => {
  let time = Date.now() - 25 * 3_600_000;
  const { server, bucket, config } = await startBucket('home', { now: () => time });
  let other = await otherProgram(server, bucket);
  const marks = { holdfast_location: locationId, holdfast_upload: 'lost' };
  await other.startLargeFile('home/old', marks);
  await other.startLargeFile('home/of-another-location', { ...marks, holdfast_location: 'b2-other' });
  await other.startLargeFile('home/of-another-program');
  time = Date.now();
  other = await otherProgram(server, bucket);
  await other.startLargeFile('home/young', marks);
  const location = await openB2(config);
  expect(await location.sweep({ signal: never })).toBe(1);
  expect(server.contents(bucket).unfinished.map(({ fileName }) => fileName)).toEqual([
    'home/of-another-location',
    'home/of-another-program',
    'home/young',
  ]);
});
