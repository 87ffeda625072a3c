import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SecretStream } from './secret-stream.js';
import { loadSodium } from './sodium.js';

const sodium = await loadSodium();
const message = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
const final = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL;

const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 1000, maxLength: 1200 })), {
  minLength: 1,
  maxLength: 6,
});

test('libsodium opens what is sealed here', () => {
  fc.assert(
    fc.property(pieces, (content) => {
      const [key, header] = [randomBytes(32), randomBytes(24)];
      const stream = new SecretStream(sodium, key, header);
      const theirs = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
      content.forEach((piece, index) => {
        const last = index === content.length - 1;
        const opened = sodium.crypto_secretstream_xchacha20poly1305_pull(theirs, Buffer.concat(stream.seal(piece, last)), null);
        expect(opened).toEqual({ message: piece, tag: last ? final : message });
      });
    }),
    { numRuns: 40 },
  );
});

test('what libsodium seals is opened here, unless a byte of it was changed', () => {
  fc.assert(
    fc.property(pieces, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, place, mask) => {
      const key = randomBytes(32);
      const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
      const stream = new SecretStream(sodium, key, Buffer.from(header));
      content.forEach((piece, index) => {
        const last = index === content.length - 1;
        const sealed = Buffer.from(sodium.crypto_secretstream_xchacha20poly1305_push(state, piece, null, last ? final : message));
        const changed = Buffer.from(sealed);
        const at = place % changed.length;
        changed[at] = (changed[at] ?? 0) ^ mask;
        expect(stream.open(changed, last)).toBe('these bytes are not what was written');
        expect(stream.open(sealed, !last)).toMatch(/stated size/);
        expect(stream.open(sealed, last)).toEqual(Buffer.from(piece));
      });
    }),
    { numRuns: 40 },
  );
});

test('a large piece is the same as libsodium’s', () => {
  for (const length of [1024 * 1024, 1024 * 1024 - 8, 1024 * 1024 - 3]) {
    const [key, header, piece] = [randomBytes(32), randomBytes(24), randomBytes(length)];
    const theirs = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
    const sealed = Buffer.concat(new SecretStream(sodium, key, header).seal(piece, true));
    const opened = sodium.crypto_secretstream_xchacha20poly1305_pull(theirs, sealed, null);
    expect(opened !== false && Buffer.from(opened.message).equals(piece)).toBe(true);
  }
});

test('the saved state says what each piece was sealed with', () => {
  const header = randomBytes(24);
  const stream = new SecretStream(sodium, randomBytes(32), header);
  expect(stream.state().nonces).toHaveLength(0);
  const nonces = [header.subarray(16)];
  for (let piece = 0; piece < 300; piece += 1) {
    const code = stream.seal(Buffer.of(piece % 256), false).at(-1) ?? Buffer.alloc(0);
    const before = nonces.at(-1) ?? Buffer.alloc(8);
    nonces.push(Buffer.from(before.map((byte, at) => byte ^ (code[at] ?? 0))));
  }
  expect(stream.state().nonces).toEqual(Buffer.concat(nonces.slice(0, -1)));
});
