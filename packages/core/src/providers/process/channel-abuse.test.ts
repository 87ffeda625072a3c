import { describe, expect, test } from 'vitest';
import { ProviderError } from '../../provider-api/index.js';
import { encodeFrameHeader } from '../protocol/data-frames.js';
import { maxControlBytes } from '../protocol/limits.js';
import { contextOf, until } from '../runtime-subject.fixture.js';
import { connectToScript } from './scripted-peer.fixture.js';

async function started(limits: Parameters<typeof connectToScript>[0] = {}) {
  const peer = connectToScript(limits);
  const starting = peer.connection.start();
  for (const message of [{ type: 'hello', protocol: 1 }, { type: 'loaded' }, { type: 'active' }]) {
    peer.say(message);
    if (message.type === 'hello') await until(() => peer.received.some(({ type }) => type === 'start'));
  }
  await starting;
  return peer;
}

/** A call under way, and the id it goes by. */
async function validating(peer: Awaited<ReturnType<typeof started>>, signal?: AbortSignal) {
  const before = peer.requested().length;
  const outcome = peer.connection.validate('t', {}, contextOf(signal && { signal })).catch((error: unknown) => error);
  await until(() => peer.requested().length > before);
  return { id: peer.requested().at(-1) ?? 0, outcome };
}

describe('a process that does not keep to the protocol', () => {
  test.each<[string, Uint8Array]>([
    ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a message without end', Buffer.from([0, 0x20, 0, 0, ...Buffer.alloc(100)])],
    ['a message that nobody knows', Buffer.from('\0\0\0\x0f{"type":"greet"}'.slice(0, 19))],
    ['JSON that is no object', Buffer.from('\0\0\0\x04null')],
  ])('%s on the control channel is told once, and nothing after it counts', async (_, bytes) => {
    const peer = await started();
    const { id, outcome } = await validating(peer);
    peer.sayBytes(bytes);
    await until(() => peer.faults.length > 0);
    peer.say({ type: 'response', id, result: [] });
    peer.sayBytes(Buffer.alloc(200));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(peer.faults).toHaveLength(1);
    peer.connection.close(new ProviderError('unavailable', 'It was killed.'));
    expect(await outcome).toMatchObject({ code: 'unavailable', message: 'It was killed.' });
  });

  test.each<[string, Uint8Array]>([
    ['an unknown kind', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1, 99])],
    ['an oversized frame', encodeFrameHeader(1, 'data', 0xffff_ffff)],
  ])('%s on the data channel is told', async (_, bytes) => {
    const peer = await started();
    peer.sayData(bytes);
    await until(() => peer.faults.length > 0);
    expect(peer.faults).toHaveLength(1);
  });

  test.each([
    [{ type: 'hello', protocol: 1 }, 'sent "hello" out of turn'],
    [{ type: 'active' }, 'sent "active" out of turn'],
  ])('%j at the wrong time is told', async (message, reason) => {
    const peer = await started();
    peer.say(message);
    await until(() => peer.faults.length > 0);
    expect(peer.faults).toEqual([reason]);
  });

  test('another version of the protocol is told', async () => {
    const peer = connectToScript();
    peer.say({ type: 'hello', protocol: 7 });
    await until(() => peer.faults.length > 0);
    expect(peer.faults).toEqual(['speaks the protocol 7, not 1']);
  });

  test('double, late and unasked answers are dropped and counted', async () => {
    const peer = await started();
    const first = await validating(peer);
    for (const result of [[], [{ field: 'a', message: 'second' }]]) peer.say({ type: 'response', id: first.id, result });
    expect(await first.outcome).toEqual([]);
    peer.say({ type: 'failure', id: 4_711, error: { kind: 'provider', code: 'internal', message: '' } });
    peer.say({ type: 'acknowledge', id: 4_711 });
    peer.say({ type: 'pong', id: 4_711, memory: 1 });
    await until(() => peer.connection.dropped === 4);
    const next = await validating(peer);
    peer.say({ type: 'response', id: next.id, result: [] });
    expect(await next.outcome).toEqual([]);
    expect(peer.faults).toEqual([]);
  });

  test('an answer of another shape is refused as the inline runtime refuses it', async () => {
    const peer = await started();
    const { id, outcome } = await validating(peer);
    peer.say({ type: 'response', id, result: 'yes' });
    expect(await outcome).toMatchObject({ code: 'provider-broken' });
  });
});

describe('a call', () => {
  test('that is cancelled is over for the host when the answer comes', async () => {
    const peer = await started();
    const stop = new AbortController();
    const { id, outcome } = await validating(peer, stop.signal);
    stop.abort();
    await until(() => peer.received.some((message) => message.type === 'cancel' && message.id === id));
    expect(peer.connection.outstanding).toBe(1);
    peer.say({ type: 'response', id, result: [] });
    expect(await outcome).toEqual([]);
    expect([peer.connection.outstanding, peer.busy]).toEqual([0, [true, false]]);
  });

  test('that can not be sent fails alone', async () => {
    const peer = await started();
    const opening = peer.connection.open('t', { text: 'x'.repeat(maxControlBytes) }, contextOf());
    await expect(opening).rejects.toMatchObject({ code: 'internal' });
    expect(peer.connection.outstanding).toBe(0);
  });

  test('after the end fails with what ended it', async () => {
    const peer = await started();
    peer.connection.close(new ProviderError('unavailable', 'It was killed.'));
    await expect(peer.connection.validate('t', {}, contextOf())).rejects.toThrow('It was killed.');
  });
});

describe('responsiveness', () => {
  const limits = { acknowledge: 60, ping: 20 };

  test('a message that is not acknowledged makes the process unresponsive until it is', async () => {
    const peer = await started(limits);
    const { id, outcome } = await validating(peer);
    await until(() => peer.responses.length > 0);
    expect(peer.responses).toEqual([true]);
    peer.say({ type: 'acknowledge', id });
    await until(() => peer.responses.length > 1);
    expect(peer.responses).toEqual([true, false]);
    peer.say({ type: 'response', id, result: [] });
    await outcome;
  });

  test('a slow call is pinged, and a process that answers is none that hangs', async () => {
    const peer = await started(limits);
    const { id, outcome } = await validating(peer);
    peer.say({ type: 'acknowledge', id });
    let answered = 0;
    await until(() => {
      const pings = peer.received.flatMap((message) => (message.type === 'ping' ? [message.id] : []));
      for (const ping of pings.slice(answered)) peer.say({ type: 'pong', id: ping, memory: 1_000 + answered });
      answered = pings.length;
      return answered >= 4;
    });
    expect(peer.responses).toEqual([]);
    expect(peer.connection.memory()).toBeGreaterThanOrEqual(1_000);
    peer.say({ type: 'response', id, result: [] });
    await outcome;
  });
});

describe('a start', () => {
  test.each<[string, readonly object[], string]>([
    ['that never answers', [], 'its process had not answered after 0.05 seconds'],
    ['that never loads', [{ type: 'hello', protocol: 1 }], 'its main module had not been loaded after 0.05 seconds'],
  ])('%s is given up', async (_, messages, reason) => {
    const peer = connectToScript({ start: 50, activate: 50 });
    for (const message of messages) peer.say(message);
    await expect(peer.connection.start()).rejects.toMatchObject({ code: 'provider-activation-failed', details: { reason } });
  });

  test('ends with its signal, and with the process', async () => {
    const stop = new AbortController();
    const cancelled = connectToScript().connection.start(stop.signal);
    stop.abort(new Error('not now'));
    await expect(cancelled).rejects.toThrow('not now');
    const { connection } = connectToScript();
    const dead = connection.start();
    connection.close(new Error('it died'));
    await expect(dead).rejects.toThrow('it died');
  });
});
