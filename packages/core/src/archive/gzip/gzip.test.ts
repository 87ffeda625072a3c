import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isHoldfastError } from '../../base/errors.js';
import { bytesOf, sourceOf } from '../home-assistant.fixture.js';
import { type GunzipOptions, gunzip } from './gunzip.js';
import { gzip } from './gzip.js';

const text = Buffer.from('All that is gold does not glitter. '.repeat(3000));

function unpack(packed: Buffer, chunk?: number, options?: GunzipOptions): Promise<Buffer> {
  return bytesOf(gunzip(sourceOf(packed, chunk), options));
}

async function failureOf(packed: Buffer): Promise<unknown> {
  return unpack(packed, 100).then(
    () => 'unpacked',
    (error: unknown) => error,
  );
}

test('every content comes back, at every level, in chunks of any size', async () => {
  const options = { level: fc.integer({ min: 1, max: 9 }), chunk: fc.integer({ min: 1, max: 3000 }) };
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.record(options), async (content, { level, chunk }) => {
      const packed = await bytesOf(gzip(sourceOf(content, chunk), { level }));
      expect((await unpack(packed, chunk)).equals(content)).toBe(true);
      expect(gunzipSync(packed).equals(content)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('the header is the one that Home Assistant writes', async () => {
  const packed = await bytesOf(gzip(sourceOf(text), { level: 9, mtime: 0x01020304 }));
  expect(packed.subarray(0, 11).toString('hex')).toBe('1f8b08080403020102ff00');
  const named = await bytesOf(gzip(sourceOf(text), { level: 6, fileName: 'share.tar' }));
  expect(named.subarray(0, 20).toString('latin1')).toBe('\x1f\x8b\x08\x08\0\0\0\0\x00\xffshare.tar\0');
});

test('headers with every optional field are read', async () => {
  const packed = gzipSync(text);
  const extra = Buffer.from([3, 0, 1, 2, 3]);
  const withFields = Buffer.concat([
    packed.subarray(0, 3),
    Buffer.of(0x1c),
    packed.subarray(4, 10),
    extra,
    Buffer.from('name\0comment\0'),
    packed.subarray(10),
  ]);
  expect((await unpack(withFields, 1)).equals(text)).toBe(true);
});

describe('what is wrong is told', () => {
  const packed = gzipSync(text);

  test('every cut', async () => {
    for (let length = 0; length < packed.length; length += 1) {
      expect(await failureOf(packed.subarray(0, length)), `cut at ${length}`).toMatchObject({ code: 'corrupt' });
    }
  });

  test('every changed byte of the trailer', async () => {
    for (let at = packed.length - 8; at < packed.length; at += 1) {
      const changed = Buffer.from(packed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await failureOf(changed), `byte ${at}`).toMatchObject({ code: 'corrupt' });
    }
  });

  test.each<[string, Buffer]>([
    ['a second member', Buffer.concat([packed, packed])],
    ['something behind the end', Buffer.concat([packed, Buffer.from('x')])],
    ['something behind zeros behind the end', Buffer.concat([packed, Buffer.alloc(5000), Buffer.from('x')])],
    ['no gzip at all', randomBytes(1000)],
    ['a reserved flag', Buffer.concat([packed.subarray(0, 3), Buffer.of(0x20), packed.subarray(4)])],
    ['a name without an end', Buffer.concat([packed.subarray(0, 3), Buffer.of(8), packed.subarray(4, 10), Buffer.alloc(200_000, 'n')])],
  ])('%s', async (_, bytes) => {
    expect(await failureOf(bytes)).toMatchObject({ code: 'corrupt' });
  });

  test('zeros behind the end are none of it', async () => {
    expect((await unpack(Buffer.concat([packed, Buffer.alloc(300_000)]))).equals(text)).toBe(true);
  });

  test('an error of the source reaches the reader, also one that comes in the trailer', async () => {
    for (const length of [0, 5, 100, packed.length - 8, packed.length - 3]) {
      const source = async function* () {
        yield packed.subarray(0, length);
        throw new TypeError('The disk is gone.');
      };
      await expect(bytesOf(gunzip(source()))).rejects.toThrow('The disk is gone.');
    }
  });

  test('no change of bytes gives other content, or anything but a Holdfast error', async () => {
    const change = fc.record({ at: fc.nat(packed.length - 1), mask: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const changed = Buffer.from(packed);
        for (const { at, mask } of changes) changed[at] = (changed[at] ?? 0) ^ mask;
        const result = await unpack(changed).catch((error: unknown) => error);
        return Buffer.isBuffer(result) ? result.equals(text) : isHoldfastError(result, 'corrupt');
      }),
      { numRuns: 500 },
    );
  });
});

test('a missing trailer is no error where it is expected to happen', async () => {
  const packed = gzipSync(text);
  let cut = 0;
  const onCutEnd = () => {
    cut += 1;
  };
  expect((await unpack(packed.subarray(0, -8), 100, { onCutEnd })).equals(text)).toBe(true);
  await unpack(packed, 100, { onCutEnd });
  expect(cut).toBe(1);
});

test('leaving early ends the source', async () => {
  let ended = false;
  const source = async function* () {
    try {
      for (;;) yield randomBytes(1000);
    } finally {
      ended = true;
    }
  };
  for await (const chunk of gzip(source(), { level: 1 })) if (chunk.length > 100) break;
  expect(ended).toBe(true);
});
