import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestClient } from './client.fixture.js';
import { startB2Server } from './server.js';
import type { B2Server } from './server-interface.js';

describe('injected faults', () => {
  let server: B2Server;
  let bucketId: string;
  let client: TestClient;
  beforeEach(async () => {
    server = await startB2Server();
    ({ bucketId } = server.createBucket('the-bucket'));
    client = await TestClient.login(server);
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const content = 'x'.repeat(1_000_000);
  const get = async () => (await client.download('the-bucket/a')).text();

  test('an error ends with its times, and an upload URL with a server error', async () => {
    const { document: target } = await client.call('b2_get_upload_url', { bucketId });
    server.inject({ call: 'b2_upload_file', fault: { status: 503, code: 'service_unavailable', retryAfter: 2 }, after: 1 });
    const send = () => client.uploadTo(target, 'x', { 'X-Bz-File-Name': 'a' });
    expect((await send()).status).toBe(200);
    expect(await send()).toMatchObject({ status: 503, document: { code: 'service_unavailable', status: 503 } });
    expect((await send()).document.code).toBe('bad_auth_token');
    expect(
      server
        .requests()
        .filter(({ call }) => call === 'b2_upload_file')
        .map(({ status }) => status),
    ).toEqual([200, 503, 401]);
  });

  test('a lost answer leaves what was done, a reset what was not', async () => {
    server.inject({ call: 'b2_upload_file', fault: 'reset' });
    await expect(client.upload(bucketId, 'a', content)).rejects.toThrow('fetch failed');
    expect(server.contents('the-bucket').versions).toEqual([]);
    server.inject({ call: 'b2_upload_file', fault: 'lost-answer' });
    await expect(client.upload(bucketId, 'a', content)).rejects.toThrow('fetch failed');
    expect(server.contents('the-bucket').versions).toHaveLength(1);
  });

  test('a byte that changes on the way up is refused, on the way down it arrives', async () => {
    server.inject({ call: 'b2_upload_file', fault: 'flip-byte' });
    expect((await client.upload(bucketId, 'a', content)).document.code).toBe('bad_request');
    await client.upload(bucketId, 'a', content);
    server.inject({ call: 'b2_download_file_by_name', fault: 'flip-byte' });
    const changed = await get();
    expect(changed).toHaveLength(content.length);
    expect(changed).not.toBe(content);
    expect(await get()).toBe(content);
    server.corrupt('the-bucket', 'a', 7);
    expect((await get()).slice(8)).toBe(content.slice(8));
    expect(await get()).not.toBe(content);
  });

  test('downloads end early, with or without showing it, or not at all', async () => {
    await client.upload(bucketId, 'a', content);
    for (const fault of ['truncate', 'reset'] as const) {
      server.inject({ call: 'b2_download_file_by_name', fault });
      await expect(get()).rejects.toThrow('terminated');
    }
    server.inject({ call: 'b2_download_file_by_name', fault: 'short' });
    expect(await get()).toHaveLength(content.length / 2);
    server.inject({ call: 'b2_download_file_by_name', fault: 'stall' });
    const stalled = await fetch(`${server.url}/file/the-bucket/a`, {
      headers: { authorization: client.token },
      signal: AbortSignal.timeout(500),
    });
    await expect(stalled.text()).rejects.toThrow('timeout');
  });

  test('caps are told by what they limit', async () => {
    for (const call of ['b2_upload_file', 'b2_download_file_by_name', 'b2_list_file_names']) server.inject({ call, fault: 'cap' });
    expect((await client.upload(bucketId, 'a', 'x')).document.code).toBe('storage_cap_exceeded');
    expect(await (await client.download('the-bucket/a')).json()).toMatchObject({ code: 'download_cap_exceeded', status: 403 });
    expect((await client.call('b2_list_file_names', { bucketId })).document.code).toBe('transaction_cap_exceeded');
  });
});
