import { expect, test } from 'vitest';
import { ByteReader } from '../../base/byte-reader.js';
import { bytesOf, sourceOf } from '../home-assistant.fixture.js';
import type { ArchiveEncryption } from './archive-encryption.js';
import { createEncryption } from './encryption.js';
import { decodeHeaderV3, type HeaderV3 } from './header-v3.js';
import { RootKeys } from './root-keys.js';
import { unlockArchive } from './unlock-archive.js';
import { plaintextOf } from './vectors.fixture.js';

const password = 'H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS';
// What an archive begins with, so that it is recognised.
const start = Buffer.from('1f8b08080000000002ff00', 'hex');

async function memberOf(encryption: ArchiveEncryption, plaintext: Buffer) {
  const cipher = encryption.begin();
  const ciphertext = await bytesOf(cipher.encrypt(sourceOf(plaintext, 70_000)));
  const header = cipher.header(plaintext.length);
  expect(header).toHaveLength(encryption.headerLength);
  return { bytes: Buffer.concat([header, ciphertext]), storage: cipher.storage() };
}

test.each(['securetar-2', 'securetar-3'] as const)(
  '%s: what is written is read again, with the same to keep for an index',
  async (format) => {
    const encryption = await createEncryption(format, password);
    expect(encryption.format).toBe(format);
    const rootKeys = new RootKeys();
    for (const size of [0, 1000, 1024 * 1024 - start.length, 2_500_000]) {
      const plaintext = Buffer.concat([start, plaintextOf(size)]);
      const { bytes, storage } = await memberOf(encryption, plaintext);
      const reader = new ByteReader(sourceOf(bytes));
      const unlocked = await unlockArchive(reader, { name: 'share.tar.gz', size: bytes.length }, [password], { rootKeys });
      expect(unlocked).toMatchObject({ format, password, sure: true, plaintextSize: plaintext.length });
      expect((await bytesOf(unlocked.plaintext.rest())).equals(plaintext)).toBe(true);
      expect(unlocked.storage()).toEqual(storage);
    }
  },
);

test.each(['securetar-2', 'securetar-3'] as const)('%s: a chunk is read before the next is asked for', async (format) => {
  const plaintext = Buffer.concat([start, plaintextOf(2_500_000)]);
  async function* wiped() {
    for await (const chunk of sourceOf(plaintext, 70_000)) {
      const lent = Uint8Array.from(chunk);
      yield lent;
      lent.fill(0xa5);
    }
  }
  const cipher = (await createEncryption(format, password)).begin();
  const ciphertext = await bytesOf(cipher.encrypt(wiped()));
  const bytes = Buffer.concat([cipher.header(plaintext.length), ciphertext]);
  const { plaintext: read } = await unlockArchive(new ByteReader(sourceOf(bytes)), { name: 'share.tar.gz', size: bytes.length }, [
    password,
  ]);
  expect((await bytesOf(read.rest())).equals(plaintext)).toBe(true);
});

test('version 3 archives of one backup share the root key, and never a stream key', async () => {
  const encryption = await createEncryption('securetar-3', password);
  const headers: HeaderV3[] = [];
  for (const size of [10, 20]) {
    const header = decodeHeaderV3((await memberOf(encryption, plaintextOf(size))).bytes.subarray(0, encryption.headerLength));
    if (typeof header === 'string') throw new Error(header);
    headers.push(header);
  }
  const [first, second] = headers;
  for (const same of ['rootSalt', 'validationSalt', 'validationKey'] as const) expect(first?.[same]).toEqual(second?.[same]);
  for (const fresh of ['derivationSalt', 'streamHeader'] as const) expect(first?.[fresh]).not.toEqual(second?.[fresh]);
});

test('an empty password is refused: it would only look like protection', async () => {
  await expect(createEncryption('securetar-2', '')).rejects.toThrow(RangeError);
  await expect(createEncryption('securetar-3', '')).rejects.toThrow(RangeError);
});
