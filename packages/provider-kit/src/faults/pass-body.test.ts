import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BodyShape } from './body-shape.js';
import { type ConnectionBytes, connectionBytes } from './connection-bytes.js';
import type { BodyFraming } from './http-head.js';
import { passBody } from './pass-body.js';
import { patterned } from './service.fixture.js';

const { signal } = new AbortController();

/** A source that gives these pieces, and a target that keeps what it gets. */
function ends(pieces: readonly Buffer[]) {
  const left = [...pieces];
  const written: Buffer[] = [];
  const never = () => {
    throw new Error('Not needed here.');
  };
  const base = { readable: never, broken: () => false, end: never, finish: never, leave: never, reset: never };
  const from: ConnectionBytes = {
    ...base,
    write: never,
    read: async () => left.shift(),
    unread: (bytes) => {
      if (bytes.length > 0) left.unshift(bytes);
    },
  };
  const to: ConnectionBytes = {
    ...base,
    read: never,
    unread: never,
    write: async (bytes) => {
      written.push(Buffer.from(bytes));
      return true;
    },
  };
  return { from, to, left: () => Buffer.concat(left), written: () => Buffer.concat(written) };
}

/** The body as it is sent: with a length, or in chunks of these sizes. */
function framed(body: Buffer, chunkSizes: readonly number[] | undefined): { wire: Buffer; framing: BodyFraming } {
  if (chunkSizes === undefined) return { wire: body, framing: { kind: 'length', length: body.length } };
  const parts: Buffer[] = [];
  let start = 0;
  for (const size of [...chunkSizes, body.length]) {
    const chunk = body.subarray(start, start + size);
    if (chunk.length > 0) parts.push(Buffer.from(`${chunk.length.toString(16)};name=value\r\n`), chunk, Buffer.from('\r\n'));
    start += chunk.length;
  }
  return { wire: Buffer.concat([...parts, Buffer.from('0\r\nTrailer: value\r\n\r\n')]), framing: { kind: 'chunked' } };
}

function cut(wire: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (wire.length + 1)), wire.length].sort((a, b) => a - b);
  return sorted
    .slice(1)
    .map((end, index) => wire.subarray(sorted[index], end))
    .filter((piece) => piece.length > 0);
}

describe('passBody', () => {
  const next = Buffer.from('POST /next HTTP/1.1\r\n');
  const messages = fc.record({
    size: fc.nat(300),
    chunkSizes: fc.option(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 8 }), { nil: undefined }),
    places: fc.array(fc.nat(10_000), { maxLength: 12 }),
  });
  const run = async (
    { size, chunkSizes, places }: { size: number; chunkSizes?: number[] | undefined; places: number[] },
    shape: BodyShape,
  ) => {
    const { wire, framing } = framed(patterned(size), chunkSizes);
    const { from, to, left, written } = ends(cut(Buffer.concat([wire, next]), places));
    let counted = 0;
    const count = (bytes: number) => {
      counted += bytes;
    };
    const outcome = await passBody({ from, to, framing, shape, count, signal });
    return { wire, framing, outcome, counted, left: left(), written: written() };
  };

  test('passes a body as it is and leaves what follows it', async () => {
    await fc.assert(
      fc.asyncProperty(messages, async (message) => {
        const seen = await run(message, { limit: Number.POSITIVE_INFINITY });
        expect(seen).toMatchObject({ outcome: 'complete', counted: message.size });
        expect(seen.written.equals(seen.wire)).toBe(true);
        expect(seen.left.equals(next)).toBe(true);
      }),
    );
  });

  test('stops where it is told to, or passes all', async () => {
    await fc.assert(
      fc.asyncProperty(messages, fc.nat(350), async (message, limit) => {
        const seen = await run(message, { limit, atLimit: 'reset' });
        expect(seen.counted).toBe(Math.min(limit, message.size));
        expect(seen.outcome).toBe(limit < message.size ? 'limit' : 'complete');
        // Everything in front of the byte behind the limit, framing included.
        expect(seen.wire.subarray(0, seen.written.length).equals(seen.written)).toBe(true);
        if (message.chunkSizes === undefined) expect(seen.written).toHaveLength(Math.min(limit, message.size));
      }),
    );
  });

  test('changes the one byte', async () => {
    await fc.assert(
      fc.asyncProperty(messages, fc.nat(350), async (message, flip) => {
        const { framing, written } = await run(message, { limit: Number.POSITIVE_INFINITY, flip });
        // Passed on once more, to have the body without what frames it.
        const body = patterned(message.size);
        const byte = body[flip];
        if (byte !== undefined) body[flip] = byte ^ 0xff;
        expect(written.equals(framed(body, framing.kind === 'length' ? undefined : message.chunkSizes).wire)).toBe(true);
      }),
    );
  });

  test('tells a source that ends too early from one that may end', async () => {
    const pass = async (framing: BodyFraming) => {
      const { from, to } = ends([patterned(10)]);
      return passBody({ from, to, framing, count: () => {}, signal });
    };
    expect(await pass({ kind: 'length', length: 11 })).toBe('source-ended');
    expect(await pass({ kind: 'until-end' })).toBe('complete');
  });

  test('fails where the framing can not be understood', async () => {
    const { from, to } = ends([Buffer.from('12x\r\n')]);
    await expect(passBody({ from, to, framing: { kind: 'chunked' }, count: () => {}, signal })).rejects.toThrow('size of a chunk');
  });
});

describe('connectionBytes', () => {
  test('waits for bytes without taking them, and notices the end', async () => {
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const socket = connect({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, host: '127.0.0.1', allowHalfOpen: true });
    const bytes = connectionBytes(socket);
    const [first, second] = [bytes.readable(), bytes.readable()];
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect((await bytes.read())?.toString()).toBe('hello');
    expect(await bytes.readable()).toBe(false);
    expect(await bytes.read()).toBeUndefined();
    bytes.leave();
    server.close();
    await buffer(socket).catch(() => {});
  });
});
