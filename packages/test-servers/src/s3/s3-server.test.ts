import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createS3Client } from './s3-client.js';
import type { S3Server } from './s3-server.js';
import { type S3Account, type S3Request, sendSigned } from './signed-request.js';
import { isS3ServerAvailable, startS3Server } from './start-s3-server.js';

describe.skipIf(!isS3ServerAvailable())('the S3 server', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const send = async (request: S3Request, account: Partial<S3Account> = {}) => {
    const { status, headers, body } = await sendSigned({ ...server, ...account }, request);
    return { status, headers, text: body.toString() };
  };

  test('stores an object and gives it back', async () => {
    const bucket = await server.createBucket();
    const put = await send({ method: 'PUT', bucket, key: 'a/b', body: 'content', headers: { 'x-amz-meta-note': 'kept' } });
    expect(put.status).toBe(200);
    expect(await send({ method: 'GET', bucket, key: 'a/b' })).toMatchObject({
      status: 200,
      text: 'content',
      headers: { 'x-amz-meta-note': 'kept' },
    });
  });

  test('compares the Content-MD5 with what it was sent', async () => {
    const bucket = await server.createBucket();
    const headers = { 'content-md5': createHash('md5').update('other').digest('base64') };
    expect(await send({ method: 'PUT', bucket, key: 'a', body: 'content', headers })).toMatchObject({ status: 400 });
  });

  test('refuses a wrong secret and an unknown key', async () => {
    expect(await send({ method: 'GET', bucket: '' }, { secretAccessKey: 'wrong' })).toMatchObject({
      status: 403,
      text: expect.stringContaining('SignatureDoesNotMatch'),
    });
    expect(await send({ method: 'GET', bucket: '' }, { accessKeyId: 'unknown' })).toMatchObject({
      status: 403,
      text: expect.stringContaining('InvalidAccessKeyId'),
    });
  });

  test('tells all that a bucket holds, whatever the keys', async () => {
    const bucket = await server.createBucket();
    const keys = ["it's (1) & <2> 100%+*!.tar", 'a//b', './c/../d', 'grün/日本 🙂', 'control\u0001', 'space '].sort();
    for (const key of keys) expect(await send({ method: 'PUT', bucket, key, body: key })).toMatchObject({ status: 200 });
    for (const key of keys) expect(await send({ method: 'POST', bucket, key, query: { uploads: '' } })).toMatchObject({ status: 200 });

    const contents = await server.contents(bucket);
    expect(await createS3Client(server, { pageSize: 2 }).contents(bucket)).toEqual(contents);
    const { objects, uploads, hidden } = contents;
    expect(objects.map(({ key }) => key).sort()).toEqual(keys);
    expect(uploads.map(({ key }) => key).sort()).toEqual(keys);
    expect(hidden).toEqual([]);
    const md5 = createHash('md5').update('space ').digest('hex');
    expect(objects.find(({ key }) => key === 'space ')).toEqual({ key: 'space ', size: 6, etag: md5 });
  });

  test('tells what a bucket with versions hides', async () => {
    const bucket = await server.createBucket(undefined, { versions: true });
    await send({ method: 'PUT', bucket, key: 'replaced', body: 'one' });
    await send({ method: 'PUT', bucket, key: 'replaced', body: 'two!' });
    await send({ method: 'PUT', bucket, key: 'deleted', body: 'gone' });
    await send({ method: 'DELETE', bucket, key: 'deleted' });
    for (const pageSize of [1, 1000]) {
      const { objects, hidden } = await createS3Client(server, { pageSize }).contents(bucket);
      expect(objects).toMatchObject([{ key: 'replaced', size: 4 }]);
      expect(hidden.map(({ key, marker }) => `${key} ${marker}`).sort()).toEqual(['deleted false', 'deleted true', 'replaced false']);
    }
  });

  test('corrupts one byte and leaves the rest', async () => {
    const bucket = await server.createBucket();
    await send({ method: 'PUT', bucket, key: 'a', body: 'abc', headers: { 'x-amz-meta-note': 'kept' } });
    await server.corrupt(bucket, 'a', 1);
    const { body, headers } = await sendSigned(server, { method: 'GET', bucket, key: 'a' });
    expect([...body]).toEqual([97, 98 ^ 0xff, 99]);
    expect(headers).toMatchObject({ 'x-amz-meta-note': 'kept' });
  });

  describe.skipIf((process.env['S3_TEST_ENDPOINT'] ?? '') !== '')('of our own', () => {
    test('has users who may do what they were given, until their key is revoked', async () => {
      const bucket = await server.createBucket();
      await send({ method: 'PUT', bucket, key: 'a', body: 'content' });
      const reader = await server.createUser({ bucket, actions: ['s3:ListBucket', 's3:GetObject'] });
      const stranger = await server.createUser();
      expect(await send({ method: 'GET', bucket, key: 'a' }, reader)).toMatchObject({ status: 200, text: 'content' });
      expect(await send({ method: 'PUT', bucket, key: 'a', body: '' }, reader)).toMatchObject({ status: 403 });
      expect(await send({ method: 'GET', bucket, key: 'a' }, stranger)).toMatchObject({ status: 403 });
      await server.revoke(reader.accessKeyId);
      expect(await send({ method: 'GET', bucket, key: 'a' }, reader)).toMatchObject({
        status: 403,
        text: expect.stringContaining('InvalidAccessKeyId'),
      });
    });

    test('keeps to a limit', async () => {
      const bucket = await server.createBucket();
      await server.limit(bucket, 20_000);
      expect(await send({ method: 'PUT', bucket, key: 'a', body: 'a'.repeat(9_000) })).toMatchObject({ status: 200 });
      expect(await send({ method: 'PUT', bucket, key: 'b', body: 'b'.repeat(9_000) })).toMatchObject({
        status: 403,
        text: expect.stringContaining('QuotaExceeded'),
      });
    });

    test.each(['memory', 'file'] as const)('runs beside another one, in %s', async (store) => {
      const other = await startS3Server({ store });
      try {
        expect(other.port).not.toBe(server.port);
        expect(await send({ method: 'GET', bucket: '' }, other)).toMatchObject({ status: 200 });
        expect(await send({ method: 'GET', bucket: '' }, { endpoint: other.endpoint })).toMatchObject({ status: 403 });
      } finally {
        await other[Symbol.asyncDispose]();
      }
      expect(await send({ method: 'GET', bucket: '' })).toMatchObject({ status: 200 });
      await expect(send({ method: 'GET', bucket: '' }, other)).rejects.toThrow('ECONNREFUSED');
    });
  });
});
