import { once, setMaxListeners } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FaultRule } from './fault.js';
import { type FaultProxy, startFaultProxy } from './fault-proxy.js';
import { answerOf, ask, inPieces, patterned, sha1, startService, type TestService } from './service.fixture.js';

describe('the fault proxy', () => {
  let service: TestService;
  let proxy: FaultProxy;
  beforeEach(async () => {
    service = await startService();
    proxy = await startFaultProxy({ upstream: service.upstream });
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });

  const set = (...plan: FaultRule[]) => proxy.set(plan);
  const put = async (bytes: Buffer) => ask(proxy, '/put', { method: 'PUT', body: bytes, headers: { 'content-length': bytes.length } });

  test('refuses a request, of which nothing gets through', async () => {
    set({ fault: 'refuse' });
    await expect(put(patterned(100_000))).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
    expect(service.received).toEqual([]);
    expect(proxy.requests()).toMatchObject([{ fault: 'refuse', bytesUp: 0, ended: true }]);
  });

  test('resets in the middle of an upload', async () => {
    set({ fault: { reset: 'up', afterBytes: 123_456 } });
    await expect(put(patterned(1_000_000))).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
    expect(proxy.requests()).toMatchObject([{ bytesUp: 123_456, bytesDown: 0 }]);
    while (service.received[0]?.broken !== true) await delay(5);
    expect(service.received[0]?.length).toBeLessThanOrEqual(123_456);
  });

  test.each(['/bytes/1000000', '/chunks/1000000'])('resets in the middle of the answer %s', async (path) => {
    set({ fault: { reset: 'down', afterBytes: 123_456 } });
    await expect(ask(proxy, path)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(proxy.requests()).toMatchObject([{ status: 200, bytesDown: 123_456 }]);
  });

  test('resets at the end of a shorter answer', async () => {
    set({ fault: { reset: 'down', afterBytes: 1_000 } });
    const socket = connect(proxy.port, proxy.host);
    socket.write('GET /bytes/10 HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.resume();
    await expect(once(socket, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('falls silent in the middle of an answer, until the client leaves', async () => {
    set({ fault: { stall: 100 } });
    const sent = request({ ...proxy, path: '/bytes/1000', agent: false }).end();
    const answer = await answerOf(sent);
    const [first] = await once(answer, 'data');
    expect(first).toEqual(patterned(100));
    const next = await Promise.race([once(answer, 'data'), once(answer, 'close').catch(() => {}), delay(200, 'silence')]);
    expect(next).toBe('silence');
    expect(proxy.connections().open).toBe(1);
    expect(proxy.requestsAtOnce().now).toBe(1);
    answer.on('error', () => {});
    sent.destroy();
    while (proxy.connections().open > 0 || proxy.requestsAtOnce().now > 0) await delay(5);
  });

  test('falls silent in the middle of an upload', async () => {
    set({ fault: { stall: 1_000, way: 'up' } });
    const over = new AbortController();
    const answer = ask(proxy, '/put', { method: 'PUT', body: patterned(1_000_000), signal: over.signal });
    expect(await Promise.race([answer.catch(() => 'broken'), delay(300, 'silence')])).toBe('silence');
    expect(service.received).toMatchObject([{ length: 1_000 }]);
    over.abort();
    await expect(answer).rejects.toThrow('aborted');
    while (service.received[0]?.broken !== true) await delay(5);
  });

  test.each(['up', 'down'] as const)('lets bytes drip %s', async (way) => {
    set({ fault: { drip: 100_000, way } });
    const start = performance.now();
    if (way === 'up') await put(patterned(50_000));
    else expect(sha1((await ask(proxy, '/bytes/50000')).body)).toBe(sha1(patterned(50_000)));
    expect(performance.now() - start).toBeGreaterThan(450);
    expect(performance.now() - start).toBeLessThan(5_000);
    if (way === 'up') expect(service.received).toMatchObject([{ sha1: sha1(patterned(50_000)) }]);
  });

  test.each(['/bytes/1000000', '/chunks/1000000'])('cuts the answer %s', async (path) => {
    set({ fault: { truncate: 70_000 } });
    const sent = request({ ...proxy, path, agent: false }).end();
    const answer = await answerOf(sent);
    const parts: Buffer[] = [];
    answer.on('data', (part: Buffer) => parts.push(part));
    await expect(once(answer, 'end')).rejects.toThrow('aborted');
    expect(Buffer.concat(parts).equals(patterned(70_000))).toBe(true);
  });

  test('cuts an answer whose head agrees', async () => {
    set({ fault: { truncate: 70_000, declared: true } });
    const cut = await ask(proxy, '/bytes/1000000');
    expect(cut.headers['content-length']).toBe('70000');
    expect(cut.body.equals(patterned(70_000))).toBe(true);
    expect((await ask(proxy, '/bytes/1000')).body).toHaveLength(1_000);
  });

  test.each(['/bytes/300000', '/chunks/300000'])('changes one byte of the answer %s', async (path) => {
    set({ fault: { flip: 200_000 } });
    const expected = patterned(300_000);
    expected[200_000] = (expected[200_000] ?? 0) ^ 0xff;
    expect((await ask(proxy, path)).body.equals(expected)).toBe(true);
  });

  test('changes one byte of an upload', async () => {
    set({ fault: { flip: 0, way: 'up' } });
    const expected = patterned(10_000);
    expected[0] = (expected[0] ?? 0) ^ 0xff;
    await ask(proxy, '/put', { method: 'PUT', body: inPieces(patterned(10_000)) });
    expect(service.received).toMatchObject([{ sha1: sha1(expected) }]);
  });

  test('answers with a status itself, and goes on on the same connection', async () => {
    set({ match: { times: 1 }, fault: { status: 503, body: { code: 'busy' }, headers: { 'Retry-After': '7' } } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const busy = await ask(proxy, '/put', { agent, method: 'PUT', body: patterned(200_000) });
    expect(busy).toMatchObject({ status: 503, headers: { 'retry-after': '7', 'content-type': 'application/json' } });
    expect(busy.body.toString()).toBe('{"code":"busy"}');
    expect(await ask(proxy, '/bytes/3', { agent })).toMatchObject({ status: 200 });
    expect(service.received).toMatchObject([{ url: '/bytes/3' }]);
    expect(proxy.connections().total).toBe(1);
    expect(proxy.requests()).toMatchObject([{ status: 503 }, { status: 200 }]);
    agent.destroy();
  });

  test('answers with a status who asks whether to send a body', async () => {
    set({ fault: { status: 403, body: '<Error/>' } });
    const answer = await ask(proxy, '/put', { method: 'PUT', headers: { expect: '100-continue', 'content-length': 5 } });
    expect(answer).toMatchObject({ status: 403, headers: { connection: 'close' }, body: Buffer.from('<Error/>') });
  });

  test('redirects', async () => {
    set({ fault: { redirect: 'http://other.example/' } });
    expect(await ask(proxy, '/a', { method: 'HEAD' })).toMatchObject({ status: 307, headers: { location: 'http://other.example/' } });
  });

  test('lets a request through, and its answer be lost', async () => {
    set({ fault: { lostAnswer: true } });
    await expect(put(patterned(100_000))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(service.received).toMatchObject([{ length: 100_000, sha1: sha1(patterned(100_000)) }]);
  });

  test('answers with garbage, the same for the same seed', async () => {
    const read = async ({ port }: FaultProxy) => {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      return buffer(socket);
    };
    set({ fault: { garbage: true } });
    const seen = await read(proxy);
    expect(seen).toHaveLength(256);
    await expect(ask(proxy, '/')).rejects.toMatchObject({ code: expect.stringContaining('HPE_') });
    for (const [seed, isSame] of [
      [1, true],
      [2, false],
    ] as const) {
      const other = await startFaultProxy({ upstream: service.upstream, seed });
      other.set([{ fault: { garbage: true } }]);
      expect((await read(other)).equals(seen)).toBe(isSame);
      await other[Symbol.asyncDispose]();
    }
  });

  test('counts the requests that are under way', async () => {
    set({ fault: { stall: 0 }, match: { path: /slow/ } });
    const over = new AbortController();
    setMaxListeners(0, over.signal);
    const asked = Array.from({ length: 12 }, async () => ask(proxy, '/bytes/1?slow', { signal: over.signal }).catch(() => 'aborted'));
    while (proxy.requestsAtOnce().now < 12) await delay(5);
    over.abort();
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 12 }, () => 'aborted'));
    while (proxy.connections().open > 0) await delay(5);
    expect(proxy.requestsAtOnce()).toEqual({ now: 0, most: 12 });
    await ask(proxy, '/');
    expect(proxy.connections()).toMatchObject({ total: 13 });
    proxy.clear();
    expect(proxy.requests()).toEqual([]);
    await ask(proxy, '/');
    expect(proxy.requestsAtOnce()).toEqual({ now: 0, most: 1 });
  });
});
