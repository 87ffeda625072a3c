import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { bodyOf, keysOf, mebibyte, never, openB2, quickTiming, read, someBytes, startBucket } from './b2.fixture.js';
import { otherProgram } from './other-program.fixture.js';

const content = someBytes(3 * mebibyte);

test.each(['reset', 'truncate', 'stall'] as const)('a download that breaks (%s) goes on behind the last byte', async (fault) => {
  const { server, config } = await startBucket();
  const location = await openB2(config, { timing: { ...quickTiming, downloadIdleMs: 500 } });
  await location.put('a', bodyOf(content), { signal: never });
  server.clearRequests();
  server.inject({ call: 'b2_download_file_by_name', fault });
  server.inject({ call: 'b2_download_file_by_id', fault });
  expect((await read(location, 'a')).equals(content)).toBe(true);
  const asked = server.requests().map(({ call, range }) => ({ call, starts: Number(/^bytes=(\d+)-3145727$/.exec(range ?? '')?.[1] ?? 0) }));
  expect(asked.map(({ call }) => call)).toEqual(['b2_download_file_by_name', 'b2_download_file_by_id', 'b2_download_file_by_id']);
  const [first = -1, second = -1, third = -1] = asked.map(({ starts }) => starts);
  expect([first < second, second < third]).toEqual([true, true]);
});

test('a range that breaks goes on too, and has no byte too many', async () => {
  const { server, config } = await startBucket();
  const location = await openB2(config);
  await location.put('a', bodyOf(content), { signal: never });
  server.inject({ call: 'b2_download_file_by_name', fault: 'reset' });
  const range = { offset: 1_000_001, length: 1_234_567 };
  expect((await read(location, 'a', range)).equals(content.subarray(1_000_001, 2_234_568))).toBe(true);
});

test('what is fetched later is of the version that was first answered, or fails', async () => {
  const { server, config } = await startBucket();
  const location = await openB2(config);
  await location.put('a', bodyOf(content), { signal: never });
  server.inject({ call: 'b2_download_file_by_name', fault: 'truncate' });
  const reader = (await location.get('a', { signal: never })).getReader();
  await reader.read();
  await location.put('a', bodyOf(someBytes(content.length)), { signal: never });
  await expect(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  ).rejects.toMatchObject({ code: 'not-found' });
});

test('a whole small file that differs from its SHA-1 is corrupt', async () => {
  const { server, bucket, config } = await startBucket('');
  const location = await openB2(config);
  await location.put('a', bodyOf(content), { signal: never });
  for (const fault of ['flip-byte', 'short'] as const) {
    server.inject({ call: 'b2_download_file_by_name', fault });
    await expect(read(location, 'a')).rejects.toMatchObject({ code: 'corrupt' });
  }
  server.corrupt(bucket, 'a', 100);
  await expect(read(location, 'a')).rejects.toMatchObject({ code: 'corrupt' });
});

test('a cap on downloads is told, and nothing is asked for again', async () => {
  const { server, config } = await startBucket();
  const location = await openB2(config);
  await location.put('a', bodyOf(content), { signal: never });
  server.inject({ call: 'b2_download_file_by_name', times: 5, fault: 'cap' });
  server.clearRequests();
  await expect(read(location, 'a')).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect(server.requests()).toHaveLength(1);
});

test("Home Assistant's own files are listed and read as they are, and never touched", async () => {
  const { server, bucket, config } = await startBucket('ha');
  const location = await openB2(config);
  const other = await otherProgram(server, bucket);
  const files = [
    'ha/Automatic_backup_2026.8.tar',
    'ha/Automatic_backup_2026.8.metadata.json',
    'ha/Näch ste.tar',
    'ha/.hidden',
    'ha/.bzEmpty',
    'hallo.tar',
  ];
  for (const name of files) await other.upload(name, Buffer.from(`content of ${name}`));
  expect(await keysOf(location)).toEqual(['Automatic_backup_2026.8.metadata.json', 'Automatic_backup_2026.8.tar', 'Näch ste.tar']);
  expect((await read(location, 'Näch ste.tar', { offset: 11 })).toString()).toBe('ha/Näch ste.tar');
  const before = server.contents(bucket).versions;
  await location.put('backup.tar', bodyOf('x'), { signal: never });
  await location.sweep({ signal: never });
  await location.check({ signal: never });
  await location.delete('backup.tar', { signal: never });
  expect(server.contents(bucket)).toEqual({ versions: before, unfinished: [] });
});

test('no error holds a token or the key, however deep one looks', async () => {
  const { server, config } = await startBucket();
  const location = await openB2(config);
  await location.put('a', bodyOf('a little'), { signal: never });
  const faults = ['reset', 'cap', 'stall', { status: 400, code: 'bad_request', message: `no such key: ${config.applicationKey}` }] as const;
  const shown: string[] = [];
  const timing = { ...quickTiming, policy: { ...quickTiming.policy, attempts: 2 }, callMs: 300, uploadIdleMs: 300, downloadIdleMs: 300 };
  for (const fault of faults) {
    const fresh = await openB2(config, { timing });
    for (const call of [
      () => fresh.put('b', bodyOf('x'), { signal: never }),
      () => read(fresh, 'a'),
      () => keysOf(fresh),
      () => fresh.delete('a', { signal: never }),
      () => fresh.check({ signal: never }),
      () => fresh.sweep({ signal: never }),
    ]) {
      // Half of them with a token, the others while they ask for one.
      if (shown.length % 2 === 0) await fresh.head('a', { signal: never });
      server.inject({ call: '*', times: 8, fault });
      const error: unknown = await call().catch((reason: unknown) => reason);
      server.clearFaults();
      expect(error).toBeInstanceOf(Error);
      shown.push(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }));
    }
  }
  expect(shown.join('\n')).not.toContain(config.applicationKey);
  expect(shown.join('\n')).not.toMatch(/\bauthorization\W*:|\bheaders\b|_acct\b/i);
  expect(shown.join('\n')).not.toContain(Buffer.from(`${config.keyId}:${config.applicationKey}`).toString('base64'));
});
