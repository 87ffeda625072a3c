import { createHash } from 'node:crypto';
import type { BodyPiece } from '@holdfast/core/provider-api';
import { expect, test } from 'vitest';
import { bodyOf, keysOf, mebibyte, never, openB2, quickTiming, read, someBytes, startBucket } from './b2.fixture.js';
import { otherProgram } from './other-program.fixture.js';

const large = someBytes(40 * mebibyte);
const twoParts = large.subarray(0, 17 * mebibyte);

test('a body that fits into one part goes in one call, a longer one in parts, and B2 has compared both; a short one has its SHA-256 too', async () => {
  const { server, bucket, config } = await startBucket();
  const location = await openB2(config);
  expect(await location.put('small', bodyOf('small'), { signal: never })).toMatchObject({ size: 5, verified: true });
  expect(await location.put('large', bodyOf(large), { signal: never })).toMatchObject({ size: large.length, verified: true });
  expect((await read(location, 'large')).equals(large)).toBe(true);
  const info = server.contents(bucket).versions.find(({ fileName }) => fileName.endsWith('small'))?.fileInfo;
  expect(info?.['holdfast_sha256']).toBe(createHash('sha256').update('small').digest('hex'));
  const parts = server.requests().filter(({ call }) => call === 'b2_upload_part');
  expect(parts.map(({ contentLength }) => contentLength / mebibyte).sort((a, b) => b - a)).toEqual([16, 16, 8]);
});

test('a hole in the first of several parts is waited for, while later parts are sent', async () => {
  const { server, config } = await startBucket();
  const location = await openB2(config);
  const pieces: BodyPiece[] = [
    { type: 'data', bytes: large.subarray(0, 512) },
    { type: 'hole', length: 100 },
    { type: 'data', bytes: large.subarray(612, 36 * mebibyte) },
    { type: 'fill', offset: 512, bytes: large.subarray(512, 612) },
    { type: 'data', bytes: large.subarray(36 * mebibyte) },
  ];
  await location.putDeferred('holes', ReadableStream.from(pieces), { signal: never });
  expect((await read(location, 'holes')).equals(large)).toBe(true);
  expect(server.requests().filter(({ call }) => call === 'b2_upload_part')).toHaveLength(3);
});

test('a replaced object leaves no older version, and what hid the name is gone', async () => {
  const { server, bucket, config } = await startBucket('');
  const location = await openB2(config);
  const other = await otherProgram(server, bucket);
  await location.put('a', bodyOf('old'), { signal: never });
  await other.upload('a', Buffer.from('from another program'));
  await other.hide('a');
  await other.upload('a-b', Buffer.from('a name that only starts alike'));
  expect(await keysOf(location)).toEqual(['a-b']);
  await location.put('a', bodyOf('new'), { signal: never });
  expect(server.contents(bucket).versions.map(({ fileName, action, size }) => [fileName, action, size])).toEqual([
    ['a', 'upload', 3],
    ['a-b', 'upload', 29],
  ]);
});

test('deleting removes all versions and markers of exactly that name, oldest first, and nothing else', async () => {
  const { server, bucket, config } = await startBucket('');
  const location = await openB2(config);
  const other = await otherProgram(server, bucket);
  for (const name of ['a', 'a', 'a/b', 'A', 'a.metadata.json']) await other.upload(name, Buffer.from(name));
  await other.hide('a');
  await other.upload('a', Buffer.from('newest'));
  const unfinished = await other.startLargeFile('a');
  server.inject({ call: 'b2_delete_file_version', after: 2, fault: 'cap' });
  await expect(location.delete('a', { signal: never })).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect((await read(location, 'a')).toString()).toBe('newest');
  await location.delete('a', { signal: never });
  expect(server.contents(bucket).versions.map(({ fileName }) => fileName)).toEqual(['A', 'a.metadata.json', 'a/b']);
  expect(server.contents(bucket).unfinished).toMatchObject([{ fileId: unfinished }]);
});

test.each(['b2_upload_file', 'b2_upload_part'] as const)('after a broken %s the next attempt goes to another URL', async (call) => {
  const { server, bucket, config } = await startBucket();
  const location = await openB2(config);
  const content = call === 'b2_upload_file' ? Buffer.from('small') : twoParts;
  const ask = call === 'b2_upload_file' ? 'b2_get_upload_url' : 'b2_get_upload_part_url';
  for (const fault of [
    'reset',
    'lost-answer',
    'flip-byte',
    { status: 503, code: 'service_unavailable' },
    { status: 401, code: 'expired_auth_token' },
  ] as const) {
    server.inject({ call, fault });
    server.clearRequests();
    await location.put('a', bodyOf(content), { signal: never });
    expect((await read(location, 'a')).equals(content)).toBe(true);
    const urls = server.requests().filter((request) => request.call === ask).length;
    // Of the three streams of a large file at most one failed; the only one of a small file did.
    expect(urls).toBeGreaterThanOrEqual(call === 'b2_upload_file' ? 1 : 2);
    expect(server.contents(bucket)).toMatchObject({ versions: [{ size: content.length }], unfinished: [] });
  }
});

test('an upload that stands still is sent again elsewhere', async () => {
  const { server, config } = await startBucket();
  const location = await openB2(config, { timing: { ...quickTiming, uploadIdleMs: 300 } });
  server.inject({ call: 'b2_upload_file', fault: 'stall' });
  await location.put('a', bodyOf('content'), { signal: never });
  expect((await read(location, 'a')).toString()).toBe('content');
});

test('a finish whose answer was lost is known for done', async () => {
  const { server, bucket, config } = await startBucket();
  const location = await openB2(config);
  server.inject({ call: 'b2_finish_large_file', fault: 'lost-answer' });
  expect(await location.put('a', bodyOf(large), { signal: never })).toMatchObject({ size: large.length });
  expect(server.requests().filter(({ call }) => call === 'b2_finish_large_file')).toHaveLength(1);
  expect(server.contents(bucket)).toMatchObject({ versions: [{ size: large.length }], unfinished: [] });
});

test('a start whose answer was lost leaves no second large file behind', async () => {
  const { server, bucket, config } = await startBucket();
  const location = await openB2(config);
  server.inject({ call: 'b2_start_large_file', fault: 'lost-answer' });
  await location.put('a', bodyOf(twoParts), { signal: never });
  expect(server.contents(bucket)).toMatchObject({ versions: [{ size: twoParts.length }], unfinished: [] });
});

test('a cap stops an upload at once, and nothing of it stays', async () => {
  const { server, bucket, config } = await startBucket();
  const location = await openB2(config);
  await location.put('a', bodyOf('old'), { signal: never });
  for (const [call, content] of [
    ['b2_upload_file', 'new'],
    ['b2_upload_part', large],
    ['b2_start_large_file', large],
  ] as const) {
    server.clearRequests();
    server.inject({ call, fault: 'cap' });
    await expect(location.put('a', bodyOf(content), { signal: never })).rejects.toMatchObject({ code: 'quota-exceeded' });
    server.clearFaults();
    expect(server.requests().filter((request) => request.call === call && request.status === 403)).toHaveLength(1);
    expect(server.contents(bucket)).toMatchObject({ versions: [{ size: 3 }], unfinished: [] });
    expect((await read(location, 'a')).toString()).toBe('old');
  }
});

test('closing the location ends an upload and leaves nothing of it', async () => {
  const { server, bucket, config } = await startBucket();
  const location = await openB2(config);
  let given = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      given += 1;
      if (given <= 40) controller.enqueue(large.subarray(0, mebibyte));
      else return new Promise<void>(() => {});
      return undefined;
    },
  });
  const storing = location.put('a', body, { signal: never });
  await expect.poll(() => server.contents(bucket).unfinished[0]?.parts, { timeout: 30_000 }).toBe(2);
  await Promise.all([expect(storing).rejects.toMatchObject({ code: 'cancelled' }), location[Symbol.asyncDispose]()]);
  expect(server.contents(bucket)).toEqual({ versions: [], unfinished: [] });
  await expect(location.head('a', { signal: never })).rejects.toMatchObject({ code: 'cancelled' });
});
