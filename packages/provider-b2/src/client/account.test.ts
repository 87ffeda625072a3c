import { expect, test } from 'vitest';
import { keysOf, never, openB2, startBucket } from '../b2.fixture.js';

const logins = 'b2_authorize_account';

test('calls that start together, and calls whose token expires together, log in once', async () => {
  const { server, config } = await startBucket();
  const location = await openB2(config);
  const together = () => Promise.all(Array.from({ length: 8 }, (_, number) => location.head(`key-${number}`, { signal: never })));
  await together();
  expect(server.requests().filter(({ call }) => call === logins)).toHaveLength(1);
  server.expireTokens();
  server.clearRequests();
  await together();
  expect(server.requests().filter(({ call }) => call === logins)).toHaveLength(1);
});

test('a call that is cancelled while it waits for a token takes it from no other', async () => {
  const { config } = await startBucket();
  const location = await openB2(config);
  const stop = new AbortController();
  const given = location.head('a', { signal: stop.signal });
  const other = location.head('b', { signal: never });
  stop.abort();
  await expect(given).rejects.toMatchObject({ code: 'cancelled' });
  expect(await other).toBeUndefined();
});

test('a revoked key is auth-failed, and no reason to log in with each call', async () => {
  const { server, config } = await startBucket();
  const location = await openB2(config);
  await location.head('a', { signal: never });
  server.revokeKey(config.keyId);
  server.clearRequests();
  for (let call = 0; call < 5; call += 1) await expect(keysOf(location)).rejects.toMatchObject({ code: 'auth-failed' });
  expect(server.requests().filter(({ call }) => call === logins)).toHaveLength(1);
});

test('a service that refuses one token after the other is not asked for new ones without end', async () => {
  const { server, config } = await startBucket();
  const location = await openB2(config);
  server.inject({ call: 'b2_list_buckets', times: 100, fault: { status: 401, code: 'expired_auth_token' } });
  for (let call = 0; call < 10; call += 1) await expect(location.head('a', { signal: never })).rejects.toThrow(/token/);
  expect(server.requests().filter(({ call }) => call === logins).length).toBeLessThan(6);
});

test('waits as long as the service asks for, and no longer call than that is made', async () => {
  const { server, config } = await startBucket();
  const location = await openB2(config);
  await location.head('a', { signal: never });
  server.inject({ call: 'b2_list_file_names', fault: { status: 429, code: 'too_many_requests', retryAfter: 1 } });
  const started = performance.now();
  await location.head('a', { signal: never });
  expect(performance.now() - started).toBeGreaterThan(990);
  server.inject({ call: 'b2_list_file_names', fault: { status: 503, code: 'service_unavailable', retryAfter: 3_600 } });
  await expect(location.head('a', { signal: never })).rejects.toMatchObject({ code: 'unavailable', retryAfter: 3_600 });
});
