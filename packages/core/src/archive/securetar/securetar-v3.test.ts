import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../base/byte-reader.js';
import { innerFaults } from '../faults.js';
import { bytesOf, sourceOf } from '../home-assistant.fixture.js';
import { decryptV3 } from './decrypt-v3.js';
import { encryptV3 } from './encrypt-v3.js';
import { decodeHeaderV3, encodeHeaderV3, type HeaderV3, headerLengthV3, pieceSize, storedSizeV3 } from './header-v3.js';
import { deriveSubkey, RootKeys } from './root-keys.js';
import { SecretStream } from './secret-stream.js';
import { loadSodium } from './sodium.js';
import { plaintextOf, vectors } from './vectors.fixture.js';

const sodium = await loadSodium();
const bytes = (name: keyof typeof vectors.v3) => Buffer.from(vectors.v3[name], 'hex');
const faults = innerFaults('share.tar.gz', 'the encrypted data');

function headerOf(plaintextSize: number): HeaderV3 {
  return {
    plaintextSize,
    rootSalt: bytes('root_salt'),
    validationSalt: bytes('validation_salt'),
    validationKey: bytes('validation_key'),
    derivationSalt: bytes('derivation_salt'),
    streamHeader: bytes('stream_header'),
  };
}

const newStream = () => new SecretStream(sodium, bytes('stream_key'), bytes('stream_header'));

async function sealed(plaintext: Buffer, chunk = 300_000): Promise<Buffer> {
  const pieces = await bytesOf(encryptV3(sourceOf(plaintext, chunk), newStream()));
  return Buffer.concat([encodeHeaderV3(headerOf(plaintext.length)), pieces]);
}

async function opened(member: Buffer, size: number, stream = newStream(), chunk = 65_536): Promise<Buffer> {
  const reader = new ByteReader(sourceOf(member, chunk));
  await reader.upTo(headerLengthV3);
  return bytesOf(decryptV3(reader, size, stream, faults));
}

test('the keys are those of the format, and the root key is derived once', async () => {
  const rootKeys = new RootKeys();
  const deriving = rootKeys.of(vectors.password, bytes('root_salt'));
  expect(rootKeys.of(vectors.password, bytes('root_salt'))).toBe(deriving);
  const rootKey = await deriving;
  expect(Buffer.from(rootKey)).toEqual(bytes('root_key'));
  expect(deriveSubkey(sodium, rootKey, bytes('validation_salt'))).toEqual(bytes('validation_key'));
  expect(deriveSubkey(sodium, rootKey, bytes('derivation_salt'))).toEqual(bytes('stream_key'));
  expect(newStream().state().key).toEqual(bytes('hchacha20_subkey'));
});

describe.each(vectors.cases.map((vector) => [vector.plaintext_size, vector.v3] as const))('%i bytes', (size, expected) => {
  test('become exactly the bytes of the vector, and come back', async () => {
    const plaintext = plaintextOf(size);
    const member = await sealed(plaintext);
    expect(member.length).toBe(expected.file_size);
    expect(storedSizeV3(size)).toBe(expected.file_size);
    expect(createHash('sha256').update(member).digest('hex')).toBe(expected.sha256);
    expect(member.toString('hex')).toContain(expected.file_hex ?? '');
    const stream = newStream();
    expect((await opened(member, size, stream)).equals(plaintext)).toBe(true);
    const nonces = expected.chunks.map(({ nonce }) => nonce.slice(8)).join('');
    expect(Buffer.from(stream.state().nonces).toString('hex')).toBe(nonces);
  });
});

test('how the bytes arrive does not matter, to the writer or the reader', async () => {
  const plaintext = plaintextOf(pieceSize + 1000);
  const whole = await sealed(plaintext);
  const chunk = fc.integer({ min: 5000, max: 3 * pieceSize });
  await fc.assert(
    fc.asyncProperty(chunk, chunk, async (written, read) => {
      const member = await sealed(plaintext, written);
      return member.equals(whole) && (await opened(member, plaintext.length, newStream(), read)).equals(plaintext);
    }),
    { numRuns: 20 },
  );
});

const size = pieceSize + 1000;
const member = await sealed(plaintextOf(size));

describe('what a reader insists on', () => {
  const second = headerLengthV3 + pieceSize + 17;

  test.each([
    ['first', headerLengthV3, headerLengthV3, second - 1],
    ['first', headerLengthV3 + 5000, headerLengthV3, second - 1],
    ['second', second + 3, second, member.length - 1],
    ['second', member.length - 1, second, member.length - 1],
  ])('a changed byte of the %s piece is found, with the piece', async (_, at, offset, last) => {
    const changed = Buffer.from(member);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(opened(changed, size)).rejects.toMatchObject({
      code: 'corrupt',
      details: { offset, last, member: 'share.tar.gz', layer: 'the encrypted data' },
    });
  });

  test('pieces cannot change places, and none is left out or repeated', async () => {
    const long = await sealed(plaintextOf(3 * pieceSize));
    const piece = (number: number) =>
      long.subarray(headerLengthV3 + number * (pieceSize + 17), headerLengthV3 + (number + 1) * (pieceSize + 17));
    for (const order of [
      [1, 0, 2],
      [0, 2],
      [0, 0, 1, 2],
      [0, 1, 1],
    ]) {
      const changed = Buffer.concat([long.subarray(0, headerLengthV3), ...order.map(piece)]);
      await expect(opened(changed, order.length * pieceSize), order.join()).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  test('the final piece is where the stated size has it', async () => {
    await expect(opened(member, pieceSize)).rejects.toThrow('it goes on behind its stated size');
    const two = Buffer.concat([await sealed(plaintextOf(pieceSize)), Buffer.alloc(17)]);
    await expect(opened(two, 2 * pieceSize)).rejects.toThrow('it ends before its stated size');
  });

  test('it is neither shorter nor longer than stated', async () => {
    await expect(opened(member.subarray(0, -1), size)).rejects.toMatchObject({ code: 'corrupt', details: { offset: member.length - 1 } });
    await expect(opened(Buffer.concat([member, Buffer.alloc(1)]), size)).rejects.toThrow('something follows the encrypted data');
  });
});

describe('the header', () => {
  const header = encodeHeaderV3(headerOf(17));

  test('comes back', () => {
    expect(decodeHeaderV3(header)).toEqual(headerOf(17));
  });

  test('may hold anything in its reserved bytes, and nothing in its zero bytes', () => {
    const reserved = Buffer.from(header);
    reserved.fill(0xaa, 24, 32);
    expect(decodeHeaderV3(reserved)).toEqual(headerOf(17));
    for (let at = 10; at < 16; at += 1) {
      const changed = Buffer.from(header);
      changed[at] = 1;
      expect(decodeHeaderV3(changed)).toMatch(/malformed/);
    }
  });

  test('cannot be short, or state what no stream can hold', () => {
    expect(decodeHeaderV3(header.subarray(0, -1))).toMatch(/shorter/);
    const huge = Buffer.from(header);
    huge[16] = 0x10;
    expect(decodeHeaderV3(huge)).toMatch(/impossible/);
  });
});
