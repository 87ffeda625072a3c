import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseChildMessage } from './child-message.js';
import { createControlReader, encodeControl } from './control-frames.js';
import { parseHostMessage } from './host-message.js';
import { maxControlBytes } from './limits.js';

/** Everything that a reader makes of the bytes, given in pieces of these sizes. */
function readAll(bytes: Uint8Array, cuts: readonly number[] = []) {
  const values: unknown[] = [];
  const faults: string[] = [];
  const reader = createControlReader({ onValue: (value) => void values.push(value), onFault: (reason) => void faults.push(reason) });
  let at = 0;
  for (const size of cuts) {
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  reader.push(bytes.subarray(at));
  return { values, faults };
}

const framed = (content: Uint8Array) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
};

describe('messages on the control channel', () => {
  test('come out as they went in, wherever they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), fc.array(fc.integer({ min: 0, max: 40 })), (messages, cuts) => {
        // What JSON can't tell apart (-0) is not of interest here.
        const plain: unknown = JSON.parse(JSON.stringify(messages));
        expect(readAll(Buffer.concat(messages.map(encodeControl)), cuts)).toEqual({ values: plain, faults: [] });
      }),
    );
  });

  test('whatever comes instead is a fault at most, told once, and nothing after it counts', () => {
    const good = encodeControl({ type: 'ping', id: 1 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(fc.integer({ min: 0, max: 9 })), (garbage, cuts) => {
        const { faults } = readAll(Buffer.concat([good, garbage, good]), cuts);
        expect(faults.length).toBeLessThanOrEqual(1);
      }),
    );
    const after = readAll(Buffer.concat([good, framed(Buffer.from('{')), good]));
    expect(after).toEqual({ values: [{ type: 'ping', id: 1 }], faults: ['sent a message that is no JSON'] });
  });

  test.each<[string, Uint8Array]>([
    ['an empty one', framed(Buffer.alloc(0))],
    ['bytes that are no UTF-8', framed(Buffer.from([0x22, 0xff, 0x22]))],
    ['a length beyond the limit, before its content has come', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
  ])('a fault: %s', (_, bytes) => {
    expect(readAll(bytes)).toMatchObject({ values: [], faults: [expect.stringMatching(/^sent a message /)] });
  });

  test('one that is too large is not sent', () => {
    expect(() => encodeControl({ text: 'x'.repeat(maxControlBytes) })).toThrow(RangeError);
  });
});

describe('parsing messages', () => {
  const context = { locationId: 'l', firstUse: false, stateFolder: '/s' };

  test('takes what both sides send', () => {
    const host = [
      { type: 'start', package: { name: 'n', version: '1.0.0', folder: '/n', entry: 'm.js', types: [{ id: 't', deferredWrites: true }] } },
      { type: 'request', id: 1, call: { method: 'open', typeId: 't', config: { a: 1 }, context } },
      { type: 'request', id: 2, call: { method: 'get', location: 1, key: 'k', stream: 7, offset: 3 } },
      { type: 'cancel', id: 2 },
      { type: 'shutdown' },
    ];
    expect(host.map(parseHostMessage)).toEqual(host);
    const child = [
      { type: 'hello', protocol: 1 },
      { type: 'failure', id: 3, error: { kind: 'provider', code: 'not-found', message: 'm' } },
      { type: 'log', level: 'warn', message: 'm', locationId: 'l' },
      { type: 'pong', id: 4, memory: 5 },
      { type: 'fatal', error: { name: 'n', message: 'm', stack: 's' } },
    ];
    expect(child.map(parseChildMessage)).toEqual(child);
  });

  test.each([
    { type: 'acknowledge', id: 0 },
    { type: 'response', id: 1.5 },
    { type: 'failure', id: 1, error: { kind: 'provider', code: 'constructor', message: '' } },
    { type: 'failure', id: 1, error: { kind: 'holdfast', code: 'encryption-key-missing', message: '', remedy: '', details: {} } },
    { type: 'log', level: 'loud', message: '' },
    { type: 'toString' },
  ])('refuses %j of a provider', (message) => {
    expect(parseChildMessage(message)).toBeUndefined();
  });

  test.each([
    { type: 'request', id: 1, call: { method: 'get', location: 1, key: 'k' } },
    { type: 'request', id: 1, call: { method: 'put', location: 1, key: 'k', stream: 1, size: -1 } },
    { type: 'request', id: 1, call: { method: 'open', typeId: 't', config: {} } },
    { type: 'request', id: 1, call: { method: 'valueOf', location: 1 } },
  ])('refuses %j of a host', (message) => {
    expect(parseHostMessage(message)).toBeUndefined();
  });

  test('never throws', () => {
    const types = fc.constantFrom('start', 'request', 'response', 'failure', 'log', 'pong', 'hello', 'fatal', 'refused');
    fc.assert(
      fc.property(
        fc.record({ type: types, id: fc.anything(), call: fc.anything(), error: fc.anything(), package: fc.anything() }),
        (value) => {
          parseHostMessage(value);
          parseChildMessage(value);
        },
      ),
    );
  });
});
