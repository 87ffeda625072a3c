import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { isProviderError } from '@holdfast/core/provider-api';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type FaultRule, startFaultProxy } from '@holdfast/provider-kit';
import { bucketAddress } from './bucket-address.js';
import { hasServer, locationId, openCloud, serverOfFile, settingsFor, temporaryFolder } from './cloud.fixture.js';
import { parseConfig } from './parse-config.js';
import { placeOfBucket } from './place-of-bucket.js';
import { identityOf } from './process-identity.js';
import { s3Client } from './s3-client.js';

const { signal } = new AbortController();
const mebibyte = 2 ** 20;
// Long enough for three parts.
const content = randomBytes(40 * mebibyte);
const isPart = /partNumber=/;
const isEnd = /[?&]uploadId=[^&]*$/;

describe.skipIf(!hasServer)('an upload', () => {
  const file = serverOfFile();

  /** A location behind a proxy with these faults, in a bucket of its own. */
  async function openThrough(plan: readonly FaultRule[]) {
    const { s3 } = file;
    const bucket = await s3.createBucket();
    const proxy = await startFaultProxy({ upstream: s3 });
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    proxy.set(plan);
    const stateFolder = await temporaryFolder();
    const settings = { ...settingsFor(s3, bucket), endpoint: `http://${proxy.host}:${proxy.port}` };
    return { bucket, proxy, stateFolder, location: await openCloud(settings, { stateFolder }) };
  }

  async function read(location: Awaited<ReturnType<typeof openCloud>>, key = 'a.tar'): Promise<Buffer> {
    return Buffer.from(await new Response(await location.get(key, { signal })).arrayBuffer());
  }

  test('in parts goes up three at a time, and is verified', async () => {
    const { proxy, location, bucket } = await openThrough([{ match: { path: isPart }, fault: { drip: 40 * mebibyte, way: 'up' } }]);
    const long = Buffer.concat([content, content]);
    expect(await location.put('a.tar', chunked(long), { signal })).toMatchObject({ size: long.length, verified: true });
    expect(proxy.requestsAtOnce().most).toBe(3);
    expect((await read(location)).equals(long)).toBe(true);
    expect((await file.s3.contents(bucket)).uploads).toEqual([]);
  });

  test.each<[string, FaultRule[]]>([
    ['the answer to its beginning is lost', [{ match: { path: /uploads/, nth: 1 }, fault: { lostAnswer: true } }]],
    ['the answer to a part is lost', [{ match: { path: isPart, nth: 2 }, fault: { lostAnswer: true } }]],
    ['a part is changed on the way', [{ match: { path: isPart, nth: 2 }, fault: { flip: 5_000_000, way: 'up' } }]],
    ['a part breaks off', [{ match: { path: isPart, nth: 1 }, fault: { reset: 'up', afterBytes: 3_000_000 } }]],
    ['the service is busy', [{ match: { path: isPart, nth: 1 }, fault: failure(503, 'SlowDown') }]],
    ['the answer to its end is lost', [{ match: { method: 'POST', path: isEnd, nth: 1 }, fault: { lostAnswer: true } }]],
    [
      'the answer to its end is lost, and the next one knows of no upload',
      [
        { match: { method: 'POST', path: isEnd, nth: 1 }, fault: { lostAnswer: true } },
        { match: { method: 'POST', path: isEnd, nth: 1 }, fault: failure(404, 'NoSuchUpload') },
      ],
    ],
    ['its end fails with the status 200', [{ match: { method: 'POST', path: isEnd, nth: 1 }, fault: failure(200, 'InternalError') }]],
  ])('succeeds where %s', async (_, plan) => {
    const { bucket, proxy, location } = await openThrough(plan);
    expect(await location.put('a.tar', chunked(content), { signal })).toMatchObject({ size: content.length, verified: true });
    expect(proxy.requests().filter(({ fault }) => fault !== undefined)).toHaveLength(plan.length);
    expect((await read(location)).equals(content)).toBe(true);
    await location.sweep({ signal });
    const { objects, uploads } = await file.s3.contents(bucket);
    expect([objects.length, uploads.length]).toEqual([1, 0]);
  });

  test.each<[string, FaultRule[]]>([
    ['nobody waits for its answer', [{ match: { method: 'PUT', nth: 1 }, fault: { lostAnswer: true } }]],
    [
      'its answer is lost, and the next attempt is refused',
      [
        { match: { method: 'PUT', nth: 1 }, fault: { lostAnswer: true } },
        { match: { method: 'PUT' }, fault: failure(403, 'AccessDenied') },
      ],
    ],
  ])('in one piece is told as stored where %s', async (_, plan) => {
    const { proxy, location } = await openThrough(plan);
    const stop = new AbortController();
    const storing = location.put('a.tar', chunked(Buffer.from('short')), { signal: stop.signal });
    await until(() => proxy.requests().some(({ fault, ended }) => fault !== undefined && ended));
    if (plan.length === 1) stop.abort();
    expect(await storing).toMatchObject({ size: 5 });
    expect((await read(location)).toString()).toBe('short');
  });

  test.each([
    ['is cancelled while parts are under way', new AbortController(), undefined],
    ['fails with its body', undefined, new Error('the source failed')],
  ])('that %s leaves no parts, no object and no note', async (_, stop, failing) => {
    const stalled = [{ match: { path: isPart, nth: 2 }, fault: { stall: 1_000_000, way: 'up' as const } }];
    const { bucket, proxy, stateFolder, location } = await openThrough(stop === undefined ? [] : stalled);
    const storing = location.put('a.tar', chunked(content, failing), { signal: stop?.signal ?? signal }).catch((error: unknown) => error);
    if (stop !== undefined) {
      await until(() => proxy.requests().some(({ fault, bytesUp }) => fault !== undefined && bytesUp >= 1_000_000));
      stop.abort();
    }
    const error = await storing;
    if (stop === undefined) expect(error).toBe(failing);
    else expect(isProviderError(error) && error.code).toBe('cancelled');
    expect(await file.s3.contents(bucket)).toMatchObject({ objects: [], uploads: [] });
    expect(await readdir(join(stateFolder, 'work', locationId))).toEqual([]);
  });

  test('that could not be undone is removed by the next sweep', async () => {
    const { bucket, proxy, location } = await openThrough([
      { match: { path: isPart }, fault: failure(403, 'AccessDenied') },
      { match: { method: 'DELETE' }, fault: failure(403, 'AccessDenied') },
    ]);
    await expect(location.put('a.tar', chunked(content), { signal })).rejects.toMatchObject({ code: 'permission-denied' });
    expect((await file.s3.contents(bucket)).uploads).toHaveLength(1);
    proxy.set([]);
    expect(await location.sweep({ signal })).toBe(1);
    expect((await file.s3.contents(bucket)).uploads).toEqual([]);
    expect(await location.sweep({ signal })).toBe(0);
  });

  test('of a process that died is removed, also if it never learnt its name, and nobody else’s', async () => {
    const { s3 } = file;
    const bucket = await s3.createBucket();
    const settings = settingsFor(s3, bucket);
    const address = bucketAddress(parseConfig(settings));
    const client = s3Client(address);
    const begin = async (Key: string) => (await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))).UploadId;
    const known = await begin('known.tar');
    await begin('nameless.tar');
    await begin('nameless.tar.holdfast.json');
    await begin('of-another-host.tar');
    client.destroy();
    const stateFolder = await temporaryFolder();
    const folder = join(stateFolder, 'work', locationId);
    await mkdir(folder, { recursive: true });
    const location = await openCloud(settings, { stateFolder });
    const { root, path } = placeOfBucket(address);
    // No process has this number: Linux has none above 4,194,304.
    const writer = { ...identityOf(process.pid), pid: 2 ** 30 };
    const note = (work: object) =>
      writeFile(
        join(folder, `${randomUUID()}.json`),
        JSON.stringify({ place: `${root}/${path}`, writer, work: { type: 'upload', startedAt: Date.now(), ...work } }),
      );
    await note({ name: 'known.tar', uploadId: known });
    await note({ name: 'nameless.tar' });
    expect(await location.sweep({ signal })).toBe(2);
    expect((await s3.contents(bucket)).uploads.map(({ key }) => key).sort()).toEqual(['nameless.tar.holdfast.json', 'of-another-host.tar']);
    expect(await readdir(folder)).toEqual([]);
  });
});

function failure(status: number, code: string) {
  const headers = { 'content-type': 'application/xml' };
  return { status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>` };
}

/** The bytes in chunks; then the failure, if there is one. */
function chunked(bytes: Uint8Array, failing?: Error): ReadableStream<Uint8Array> {
  let position = 0;
  return new ReadableStream({
    pull(controller) {
      if (position < bytes.length) controller.enqueue(bytes.subarray(position, (position += 300_000)));
      else if (failing !== undefined) controller.error(failing);
      else controller.close();
    },
  });
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(10);
}
