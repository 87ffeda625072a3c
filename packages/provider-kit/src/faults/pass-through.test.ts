import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.js';
import { answerOf, ask, inPieces, patterned, sha1, startService, type TestService } from './service.fixture.js';

describe('the fault proxy without a fault', () => {
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

  const large = patterned(50_000_000);

  test('passes large bodies both ways, with a length and in chunks', async () => {
    expect((await ask(proxy, '/put', { method: 'PUT', body: large })).body.toString()).toBe('50000000');
    await ask(proxy, '/put', { method: 'PUT', body: inPieces(large.subarray(0, 5_000_000)) });
    expect(service.received).toMatchObject([
      { length: 50_000_000, sha1: sha1(large) },
      { length: 5_000_000, sha1: sha1(large.subarray(0, 5_000_000)), headers: { 'transfer-encoding': 'chunked' } },
    ]);
    expect(sha1((await ask(proxy, '/bytes/50000000')).body)).toBe(sha1(large));
    expect(sha1((await ask(proxy, '/chunks/5000000')).body)).toBe(sha1(large.subarray(0, 5_000_000)));
    expect(proxy.requests()).toMatchObject([
      { method: 'PUT', path: '/put', status: 200, bytesUp: 50_000_000, bytesDown: 8, ended: true },
      { bytesUp: 5_000_000, bytesDown: 7 },
      { method: 'GET', bytesUp: 0, bytesDown: 50_000_000 },
      { bytesDown: 5_000_000 },
    ]);
  });

  test('serves many requests on one connection, bodies or none', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let round = 0; round < 5; round++) {
      expect((await ask(proxy, '/put', { agent, method: 'PUT', body: inPieces(patterned(30_000)) })).body.toString()).toBe('30000');
      expect((await ask(proxy, '/bytes/10', { agent, method: 'HEAD' })).headers['content-length']).toBe('10');
      expect(sha1((await ask(proxy, '/chunks/70000', { agent })).body)).toBe(sha1(patterned(70_000)));
    }
    expect(proxy.connections().total).toBe(1);
    expect(service.received).toHaveLength(15);
    agent.destroy();
  });

  test('leaves the Host header as it is, and keeps credentials out of its notes', async () => {
    await ask(proxy, '/a?b=c', { headers: { host: 'files.example', authorization: 'secret', 'x-other': 'kept' } });
    expect(service.received).toMatchObject([{ url: '/a?b=c', headers: { host: 'files.example', authorization: 'secret' } }]);
    expect(proxy.requests()).toMatchObject([{ path: '/a?b=c', headers: { host: 'files.example', 'x-other': 'kept' } }]);
    expect(JSON.stringify(proxy.requests())).not.toContain('secret');
  });

  test('passes the question whether to send a body, and its answer', async () => {
    const sent = request({
      ...proxy,
      method: 'PUT',
      path: '/put',
      agent: false,
      headers: { expect: '100-continue', 'content-length': 5 },
    });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end('hello');
    const answer = await answerOf(sent);
    expect((await buffer(answer)).toString()).toBe('5');
  });

  test('holds little of what its reader does not take', async () => {
    const socket = connect(proxy.port, proxy.host);
    socket.write('GET /bytes/100000000 HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'readable');
    const taken = async () => {
      for (let before = -1; ; await delay(100)) {
        const [{ bytesDown } = { bytesDown: 0 }] = proxy.requests();
        if (bytesDown === before) return bytesDown;
        before = bytesDown;
      }
    };
    // What the system keeps in its own buffers is not ours.
    expect(await taken()).toBeLessThan(20_000_000);
    socket.destroy();
  });

  test('tells the service when the client leaves, and the client when the service does', async () => {
    const sent = request({ ...proxy, method: 'PUT', path: '/put', agent: false, headers: { 'content-length': 10 } });
    sent.on('error', () => {});
    sent.write('hello');
    while (service.received.length === 0) await delay(5);
    sent.destroy();
    while (service.received[0]?.broken !== true) await delay(5);

    const socket = connect(proxy.port, proxy.host);
    socket.write('GET /bytes/1 HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    await service[Symbol.asyncDispose]();
    await once(socket, 'close');
    await expect(ask(proxy, '/')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
