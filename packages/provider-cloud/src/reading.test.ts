import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type FaultRule, startFaultProxy } from '@holdfast/provider-kit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasServer, openCloud, putForeign, serverOfFile, settingsFor } from './cloud.fixture.js';

const { signal } = new AbortController();
const content = randomBytes(20 * 2 ** 20);
const isRead = { method: 'GET', path: /a\.tar/ };

describe.skipIf(!hasServer)('what is stored', () => {
  const file = serverOfFile();

  async function openThrough(plan: readonly FaultRule[] = [], versions = false) {
    const { s3 } = file;
    const bucket = await s3.createBucket(undefined, { versions });
    const proxy = await startFaultProxy({ upstream: s3 });
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    const location = await openCloud({ ...settingsFor(s3, bucket), endpoint: `http://${proxy.host}:${proxy.port}` });
    const put = (key: string, bytes: Uint8Array) => location.put(key, new Blob([Uint8Array.from(bytes)]).stream(), { signal });
    if (!versions) await put('a.tar', content);
    proxy.set(plan);
    return { bucket, proxy, location, put };
  }

  test('is read on behind the last byte when the connection breaks, stalls or ends early', async () => {
    const { proxy, location } = await openThrough([
      { match: { ...isRead, nth: 1 }, fault: { reset: 'down', afterBytes: 3_000_000 } },
      { match: { ...isRead, nth: 1 }, fault: { truncate: 4_000_000 } },
      { match: { ...isRead, nth: 1 }, fault: failure(503, 'SlowDown') },
    ]);
    const read = await new Response(await location.get('a.tar', { signal, offset: 100, length: 15_000_000 })).arrayBuffer();
    expect(Buffer.from(read).equals(content.subarray(100, 15_000_100))).toBe(true);
    expect(proxy.requests().filter(({ fault }) => fault !== undefined)).toHaveLength(3);
  });

  test('and is replaced while it is read comes as an error, never as a mix', async () => {
    const { location, put } = await openThrough([{ match: { ...isRead, nth: 1 }, fault: { reset: 'down', afterBytes: 3_000_000 } }]);
    const reader = (await location.get('a.tar', { signal })).getReader();
    await reader.read();
    await put('a.tar', Buffer.alloc(content.length));
    const rest = (async () => {
      while (!(await reader.read()).done);
    })();
    await expect(rest).rejects.toMatchObject({ code: 'not-found' });
  });

  test('and is left early frees its connection', async () => {
    const { proxy, location } = await openThrough([{ match: isRead, fault: { drip: 2 ** 20 } }]);
    const stream = await location.get('a.tar', { signal });
    await stream.cancel();
    for (const end = Date.now() + 5_000; proxy.requestsAtOnce().now > 0 && Date.now() < end; ) await delay(10);
    expect(proxy.requestsAtOnce().now).toBe(0);
  });

  test('is not taken for gone where the bucket is gone, or a page for people answers', async () => {
    const { s3 } = file;
    const settings = settingsFor(s3, 'no-such-bucket-4711');
    const location = await openCloud(settings);
    await expect(location.head('a.tar', { signal })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('no such bucket'),
    });
    const portal = { status: 200, body: '<html>Log in first</html>', headers: { 'content-type': 'text/html' } };
    const { location: behindPortal } = await openThrough([{ match: { times: 100 }, fault: portal }]);
    const stop = new AbortController();
    const list = behindPortal.list('', { signal: stop.signal })[Symbol.asyncIterator]();
    await expect(list.next()).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('and deleted leaves no version of ours, and hides what another program named', async () => {
    const { bucket, location, put } = await openThrough([], true);
    for (const text of ['one', 'two']) await put('b.tar', Buffer.from(text));
    await put('b.tar.more', Buffer.from('stays'));
    await location.delete('b.tar', { signal });
    await location.delete('b.tar', { signal });
    const { objects, hidden } = await file.s3.contents(bucket);
    expect([objects.map(({ key }) => key), hidden]).toEqual([['b.tar.more'], []]);
    await putForeign(file.s3, bucket, 'Automatic backup 2026.8.tar', Buffer.from('theirs'));
    await location.delete('Automatic backup 2026.8.tar', { signal });
    const theirs = (await file.s3.contents(bucket)).hidden;
    expect(theirs.map(({ key }) => key)).toEqual(['Automatic backup 2026.8.tar', 'Automatic backup 2026.8.tar']);
    expect(theirs.filter(({ marker }) => marker)).toHaveLength(1);
  });

  test('and deleted by a key that may not remove versions is deleted, and the check tells what is billed', async () => {
    const bucket = await file.s3.createBucket(undefined, { versions: true });
    const actions = [
      's3:ListBucket',
      's3:PutObject',
      's3:GetObject',
      's3:DeleteObject',
      's3:ListBucketMultipartUploads',
      's3:ListBucketVersions',
    ];
    const user = await file.s3.createUser({ bucket, actions });
    const location = await openCloud({ ...settingsFor(file.s3, bucket), ...user });
    expect(await location.check({ signal })).toMatchObject([{ id: 'versions-stay' }]);
    await location.put('b.tar', new Blob(['one']).stream(), { signal });
    await location.delete('b.tar', { signal });
    expect(await location.head('b.tar', { signal })).toBeUndefined();
  });
});

function failure(status: number, code: string) {
  return { status, headers: { 'content-type': 'application/xml' }, body: `<Error><Code>${code}</Code></Error>` };
}
