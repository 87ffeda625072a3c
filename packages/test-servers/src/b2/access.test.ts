import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authorize, TestClient } from './client.fixture.js';
import { allCapabilities } from './keys.js';
import { startB2Server } from './server.js';
import type { B2Server } from './server-interface.js';

describe('what a key may do', () => {
  let server: B2Server;
  let bucketId: string;
  let owner: TestClient;
  let fileId: string;
  let largeId: string;
  let clock: number;

  beforeEach(async () => {
    clock = Date.UTC(2026, 7, 1);
    server = await startB2Server({ now: () => clock });
    ({ bucketId } = server.createBucket('the-bucket'));
    server.createBucket('other-bucket');
    owner = await TestClient.login(server);
    ({ fileId } = (await owner.upload(bucketId, 'in/file', 'content')).document);
    const large = await owner.call('b2_start_large_file', { bucketId, fileName: 'in/large', contentType: 'text/plain' });
    largeId = large.document.fileId;
  });
  afterEach(() => server[Symbol.asyncDispose]());

  test.each<[string, string, () => object]>([
    ['b2_list_buckets', 'listBuckets', () => ({ accountId: owner.accountId })],
    ['b2_create_bucket', 'writeBuckets', () => ({ accountId: owner.accountId, bucketName: 'new-bucket', bucketType: 'allPrivate' })],
    ['b2_update_bucket', 'writeBuckets', () => ({ accountId: owner.accountId, bucketId })],
    ['b2_delete_bucket', 'deleteBuckets', () => ({ accountId: owner.accountId, bucketId })],
    ['b2_create_key', 'writeKeys', () => ({ accountId: owner.accountId, capabilities: ['listFiles'], keyName: 'k' })],
    ['b2_list_keys', 'listKeys', () => ({ accountId: owner.accountId })],
    ['b2_delete_key', 'deleteKeys', () => ({ applicationKeyId: 'x' })],
    ['b2_list_file_names', 'listFiles', () => ({ bucketId })],
    ['b2_list_file_versions', 'listFiles', () => ({ bucketId })],
    ['b2_list_unfinished_large_files', 'listFiles', () => ({ bucketId })],
    ['b2_get_file_info', 'readFiles', () => ({ fileId })],
    ['b2_get_download_authorization', 'shareFiles', () => ({ bucketId, fileNamePrefix: '', validDurationInSeconds: 60 })],
    ['b2_get_upload_url', 'writeFiles', () => ({ bucketId })],
    ['b2_start_large_file', 'writeFiles', () => ({ bucketId, fileName: 'x', contentType: 'text/plain' })],
    ['b2_get_upload_part_url', 'writeFiles', () => ({ fileId: largeId })],
    ['b2_list_parts', 'writeFiles', () => ({ fileId: largeId })],
    ['b2_finish_large_file', 'writeFiles', () => ({ fileId: largeId, partSha1Array: [] })],
    ['b2_cancel_large_file', 'writeFiles', () => ({ fileId: largeId })],
    ['b2_hide_file', 'writeFiles', () => ({ bucketId, fileName: 'in/file' })],
    ['b2_copy_file', 'readFiles', () => ({ sourceFileId: fileId, fileName: 'copy' })],
    ['b2_copy_file', 'writeFiles', () => ({ sourceFileId: fileId, fileName: 'copy' })],
    ['b2_delete_file_version', 'deleteFiles', () => ({ fileName: 'in/file', fileId })],
  ])('%s needs %s', async (call, capability, parameters) => {
    const without = allCapabilities.filter((name) => name !== capability);
    const client = await TestClient.login(server, server.createKey({ capabilities: without }));
    expect(await client.call(call, parameters())).toMatchObject({ status: 401, document: { code: 'unauthorized' } });
    const { document } = await owner.call(call, parameters());
    expect(document.code).not.toBe('unauthorized');
  });

  test('a key for one bucket sees no other', async () => {
    const client = await TestClient.login(server, server.createKey({ bucket: 'other-bucket' }));
    expect((await client.call('b2_list_file_names', { bucketId })).document.code).toBe('unauthorized');
    expect((await client.call('b2_get_upload_url', { bucketId })).document.code).toBe('unauthorized');
    expect((await client.call('b2_get_file_info', { fileId })).document.code).toBe('unauthorized');
    expect((await client.download('the-bucket/in/file')).status).toBe(401);
    const { accountId } = client;
    expect((await client.call('b2_list_buckets', { accountId })).document.code).toBe('unauthorized');
    const { document } = await client.call('b2_list_buckets', { accountId, bucketName: 'other-bucket' });
    expect(document.buckets).toMatchObject([{ bucketName: 'other-bucket' }]);
  });

  test('a key for a prefix reads, writes and lists below it alone', async () => {
    const client = await TestClient.login(server, server.createKey({ bucket: 'the-bucket', namePrefix: 'in/' }));
    await owner.upload(bucketId, 'out', 'x');
    expect((await client.call('b2_list_file_names', { bucketId })).document.code).toBe('unauthorized');
    expect((await client.call('b2_list_file_names', { bucketId, prefix: 'in' })).document.code).toBe('unauthorized');
    const { files } = (await client.call('b2_list_file_names', { bucketId, prefix: 'in/' })).document;
    expect(files.map(({ fileName }) => fileName)).toEqual(['in/file']);
    expect((await client.upload(bucketId, 'out', 'x')).document.code).toBe('unauthorized');
    expect((await client.upload(bucketId, 'in/new', 'x')).status).toBe(200);
    expect((await client.download('the-bucket/out')).status).toBe(401);
    expect((await client.download('the-bucket/in/new')).status).toBe(200);
  });

  test('a key for several buckets works with version 4 alone, which names them', async () => {
    const key = server.createKey({ bucket: ['the-bucket', 'other-bucket'], namePrefix: 'in/' });
    expect(await authorize(server, key, 3)).toMatchObject({ status: 401, document: { code: 'unauthorized' } });
    const { storageApi } = (await authorize(server, key)).document.apiInfo;
    expect(storageApi).toMatchObject({
      allowed: { buckets: [{ id: bucketId, name: 'the-bucket' }, { name: 'other-bucket' }], namePrefix: 'in/' },
    });
    const one = server.createKey({ bucket: 'the-bucket' });
    expect((await authorize(server, one, 3)).document.apiInfo.storageApi).toMatchObject({
      bucketId,
      bucketName: 'the-bucket',
      namePrefix: null,
    });
    expect((await authorize(server, one, 2)).document).toMatchObject({
      apiUrl: server.url,
      allowed: { bucketId, bucketName: 'the-bucket' },
    });
  });

  test('a key and its tokens expire, a token after a day at the latest', async () => {
    const key = server.createKey({ expiresAt: new Date(clock + 3_600_000) });
    const client = await TestClient.login(server, key);
    clock += 3_600_000;
    expect(await client.call('b2_list_file_names', { bucketId })).toMatchObject({ status: 401, document: { code: 'expired_auth_token' } });
    expect(await authorize(server, key)).toMatchObject({ status: 401, document: { code: 'unauthorized' } });
    expect((await owner.call('b2_list_file_names', { bucketId })).status).toBe(200);
    clock += 23 * 3_600_000;
    expect((await owner.call('b2_list_file_names', { bucketId })).document.code).toBe('expired_auth_token');
  });

  test('a revoked key is none, nor are its tokens', async () => {
    const key = server.createKey();
    const client = await TestClient.login(server, key);
    const { document: target } = await client.call('b2_get_upload_url', { bucketId });
    server.revokeKey(key.keyId);
    expect(await client.call('b2_list_file_names', { bucketId })).toMatchObject({ status: 401, document: { code: 'bad_auth_token' } });
    expect((await client.uploadTo(target, 'x', { 'X-Bz-File-Name': 'x' })).document.code).toBe('bad_auth_token');
    expect((await authorize(server, key)).status).toBe(401);
  });

  test('tokens for downloads reach what starts with their prefix, for as long as they were given', async () => {
    const given = await owner.call('b2_get_download_authorization', { bucketId, fileNamePrefix: 'in/', validDurationInSeconds: 60 });
    const get = (path: string) => fetch(`${server.url}/file/the-bucket/${path}?Authorization=${given.document.authorizationToken}`);
    expect(await (await get('in/file')).text()).toBe('content');
    expect((await get('out')).status).toBe(401);
    clock += 60_000;
    expect(await (await get('in/file')).json()).toMatchObject({ code: 'expired_auth_token' });
  });

  test('anyone reads a public bucket, and nobody a private one without a token', async () => {
    expect((await fetch(`${server.url}/file/the-bucket/in/file`)).status).toBe(401);
    await owner.call('b2_update_bucket', { accountId: owner.accountId, bucketId, bucketType: 'allPublic' });
    expect(await (await fetch(`${server.url}/file/the-bucket/in/file`)).text()).toBe('content');
  });

  test('tells the parameters that are missing, of another type, or unknown', async () => {
    for (const parameters of [{}, { bucketId: 7 }, { bucketId, folder: 'x' }, { bucketId, maxFileCount: 10_001 }]) {
      expect(await owner.call('b2_list_file_names', parameters)).toMatchObject({ status: 400, document: { code: 'bad_request' } });
    }
    expect((await owner.call('b2_list_file_names', { bucketId: '0'.repeat(24) })).document.code).toBe('bad_bucket_id');
  });
});
