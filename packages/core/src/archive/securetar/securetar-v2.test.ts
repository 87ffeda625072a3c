import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../base/byte-reader.js';
import { innerFaults } from '../faults.js';
import { bytesOf, sourceOf } from '../home-assistant.fixture.js';
import { decryptV2 } from './decrypt-v2.js';
import { deriveIv, deriveKey } from './derive-key.js';
import { encryptV2 } from './encrypt-v2.js';
import { decodeHeaderV2, encodeHeaderV2, headerLengthV2, storedSizeV2 } from './header-v2.js';
import { plaintextOf, vectors } from './vectors.fixture.js';

const salt = Buffer.from(vectors.v1_v2.salt, 'hex');
const key = deriveKey(vectors.password);
const faults = innerFaults('share.tar.gz', 'the encrypted data');

async function sealed(plaintext: Buffer, statedSize = plaintext.length): Promise<Buffer> {
  const ciphertext = await bytesOf(encryptV2(sourceOf(plaintext, 1000), key, salt));
  return Buffer.concat([encodeHeaderV2({ plaintextSize: statedSize, salt }), ciphertext]);
}

async function opened(member: Buffer, withKey = key): Promise<Buffer> {
  const header = decodeHeaderV2(member.subarray(0, headerLengthV2));
  if (typeof header === 'string') throw new Error(header);
  return bytesOf(decryptV2(new ByteReader(sourceOf(member.subarray(headerLengthV2), 999)), header, withKey, faults));
}

test('key and initialisation vector are those of the format', () => {
  expect(key.toString('hex')).toBe(vectors.v1_v2.key);
  expect(deriveIv(key, salt).toString('hex')).toBe(vectors.v1_v2.iv);
});

describe.each(vectors.cases.map((vector) => [vector.plaintext_size, vector.v2] as const))('%i bytes', (size, expected) => {
  test('become exactly the bytes of the vector, and come back', async () => {
    const plaintext = plaintextOf(size);
    const member = await sealed(plaintext);
    expect(member.length).toBe(expected.file_size);
    expect(storedSizeV2(size)).toBe(expected.file_size);
    expect(createHash('sha256').update(member).digest('hex')).toBe(expected.sha256);
    expect(member.toString('hex')).toContain(expected.file_hex ?? '');
    expect((await opened(member)).equals(plaintext)).toBe(true);
  });
});

describe('the stated size', () => {
  test.each([0, 1, 15])('may be %i below the truth', async (less) => {
    expect(await opened(await sealed(plaintextOf(1000), 1000 - less))).toHaveLength(1000);
  });

  test.each([-1, 16, 1000])('may not be %i below the truth', async (less) => {
    await expect(opened(await sealed(plaintextOf(1000), 1000 - less))).rejects.toMatchObject({ code: 'corrupt' });
  });
});

test('padding must be whole, in every byte', async () => {
  // In CBC, a flipped bit of one block's ciphertext flips the same bit of the next block's plaintext.
  for (let byte = 0; byte < 16; byte += 1) {
    const member = await sealed(plaintextOf(32));
    const at = member.length - 32 + byte;
    member[at] = (member[at] ?? 0) ^ 0x40;
    await expect(opened(member), `byte ${byte}`).rejects.toMatchObject({ code: 'corrupt' });
  }
});

test('a ciphertext that is not in whole blocks is damaged', async () => {
  const member = await sealed(plaintextOf(100));
  await expect(opened(member.subarray(0, -1))).rejects.toMatchObject({ code: 'corrupt' });
  await expect(opened(member.subarray(0, headerLengthV2))).rejects.toMatchObject({ code: 'corrupt' });
});

test('a header with anything in its zero bytes is refused', async () => {
  const member = await sealed(plaintextOf(10));
  member[12] = 1;
  expect(decodeHeaderV2(member)).toMatch(/malformed/);
});
