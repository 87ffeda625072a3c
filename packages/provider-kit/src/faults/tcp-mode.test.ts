import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FaultRule } from './fault.js';
import { type FaultProxy, startFaultProxy } from './fault-proxy.js';
import { patterned, startTcpService } from './service.fixture.js';

describe('the fault proxy in TCP mode', () => {
  let service: Awaited<ReturnType<typeof startTcpService>>;
  let proxy: FaultProxy;
  beforeEach(async () => {
    // Answers with what it was sent, when that has ended.
    service = await startTcpService((socket) => {
      const parts: Buffer[] = [];
      socket.on('data', (part: Buffer) => parts.push(part));
      socket.on('end', () => socket.end(Buffer.concat(parts)));
    });
    proxy = await startFaultProxy({ upstream: service.upstream, protocol: 'tcp' });
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });

  const echo = async (bytes: Buffer) => {
    const socket = connect({ port: proxy.port, host: proxy.host, allowHalfOpen: true });
    socket.end(bytes);
    return buffer(socket);
  };
  const set = (...plan: FaultRule[]) => proxy.set(plan);

  test('passes bytes, and the end of each direction', async () => {
    const bytes = patterned(3_000_000);
    expect((await echo(bytes)).equals(bytes)).toBe(true);
    expect(proxy.requests()).toMatchObject([{ method: '', path: '', bytesUp: 3_000_000, bytesDown: 3_000_000, ended: true }]);
  });

  test.each<[FaultRule['fault']]>([
    ['refuse'],
    [{ reset: 'up', afterBytes: 1_000 }],
    [{ reset: 'down', afterBytes: 1_000 }],
    [{ reset: 'down', afterBytes: 1_000_000 }],
  ])('breaks the nth connection: %j', async (fault) => {
    set({ match: { nth: 2 }, fault });
    const bytes = patterned(100_000);
    expect((await echo(bytes)).equals(bytes)).toBe(true);
    await expect(echo(bytes)).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
    expect((await echo(bytes)).equals(bytes)).toBe(true);
  });

  test('cuts, and changes a byte', async () => {
    set({ match: { times: 1 }, fault: { truncate: 1_000 } }, { fault: { flip: 5 } });
    const bytes = patterned(100_000);
    expect((await echo(bytes)).equals(bytes.subarray(0, 1_000))).toBe(true);
    bytes[5] = (bytes[5] ?? 0) ^ 0xff;
    expect((await echo(patterned(100_000))).equals(bytes)).toBe(true);
  });

  test('falls silent until the client leaves, though the service has ended', async () => {
    await service[Symbol.asyncDispose]();
    service = await startTcpService((socket) => socket.end(patterned(100_000)));
    const other = await startFaultProxy({ upstream: service.upstream, protocol: 'tcp' });
    other.set([{ fault: { stall: 1_000 } }]);
    const socket = connect(other.port, other.host);
    let length = 0;
    socket.on('data', (chunk: Buffer) => {
      length += chunk.length;
    });
    expect(await Promise.race([once(socket, 'end'), delay(300, 'silence')])).toBe('silence');
    expect(length).toBe(1_000);
    expect(other.requestsAtOnce().now).toBe(1);
    socket.end();
    while (other.connections().open > 0 || other.requestsAtOnce().now > 0) await delay(5);
    await other[Symbol.asyncDispose]();
  });
});
