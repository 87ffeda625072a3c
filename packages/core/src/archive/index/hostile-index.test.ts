import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { isHoldfastError } from '../../base/errors.js';
import { all, entryOf, indexCipherKey, makeIndex, type MadeIndex, openMade } from './made-index.fixture.js';
import { packPage, sealPage, sha256 } from './page-cipher.js';

async function outcomeOf(act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act();
    return 'read';
  } catch (error) {
    return isHoldfastError(error) ? error.code : error;
  }
}

const readAll = (made: MadeIndex, key: Buffer | 'none' = indexCipherKey) =>
  outcomeOf(async () => {
    const { index } = await openMade(made, key);
    for (const { member } of index.archives()) await all(index.entries(member));
  });

const checkAll = (made: MadeIndex) =>
  outcomeOf(async () => {
    const { index } = await openMade(made);
    for (const { member } of index.archives()) await index.check(member);
  });

const entries = Array.from({ length: 1500 }, (_, number) => entryOf(`file-${number}-${'x'.repeat(30)}`));

test.each([
  ['by reading', readAll],
  ['by checking', checkAll],
])('every changed byte and every cut is found %s', async (_, outcome) => {
  const made = await makeIndex({ 'a.tar.gz': entries });
  expect(await outcome(made)).toBe('read');
  for (let at = 0; at < made.bytes.length; at += 311) {
    const bytes = Buffer.from(made.bytes);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    expect(await outcome({ ...made, bytes }), `byte ${at}`).toBe('index-unreadable');
  }
  for (let length = 0; length < made.bytes.length; length += 3000) {
    expect(await outcome({ ...made, bytes: made.bytes.subarray(0, length) })).toBe('index-unreadable');
  }
});

test('another key is told from damage', async () => {
  const made = await makeIndex({ 'a.tar.gz': entries });
  expect(await readAll(made, Buffer.alloc(32, 8))).toBe('wrong-key');
});

test('a page opens at its own place only', async () => {
  const stored = sealPage(packPage(deflateRawSync('[]'), Buffer.alloc(0)), indexCipherKey, 0);
  const bytes = Buffer.concat([Buffer.alloc(10), stored]);
  const root = { offset: 10, length: stored.length, sha256: sha256(stored).toString('hex') };
  expect(await readAll({ bytes, written: { size: bytes.length, root } })).toBe('wrong-key');
});

/** An index whose pages are what an attacker with the key, or anyone with an index that isn't encrypted, can make of them. */
async function forged(root: unknown, page?: unknown, digests = Buffer.alloc(32)): Promise<unknown> {
  const pack = (content: Buffer | string, behind: Buffer) => packPage(deflateRawSync(content), behind);
  const packed = page === undefined ? Buffer.alloc(0) : pack(Buffer.isBuffer(page) ? page : JSON.stringify(page), digests);
  const digest = sha256(packed).toString('base64');
  const text = JSON.stringify(root, (_, value: unknown) => (value === 'LENGTH' ? packed.length : value === 'DIGEST' ? digest : value));
  const stored = pack(text, Buffer.alloc(0));
  const written = {
    size: packed.length + stored.length,
    root: { offset: packed.length, length: stored.length, sha256: sha256(stored).toString('hex') },
  };
  return readAll({ bytes: Buffer.concat([packed, stored]), written }, 'none');
}

describe('what is malformed', () => {
  const archive = { member: 'a', offset: 0, size: 9, format: 'plain', plaintextSize: 9, gzip: true, entries: 0, sorted: true };
  const root = (change: object, pages: unknown = []) => ({ version: 1, archives: [{ ...archive, ...change }], pages });
  const page = ['LENGTH', 'DIGEST', 0, '', ''];
  const good = ['a', 'f', 420, 0, 0, 0, 512, 1];

  test('the frame of these cases is sound', async () => {
    expect(await forged(root({}))).toBe('read');
    expect(await forged(root({}, [page]), [good])).toBe('read');
  });

  test.each<[string, unknown, unknown?]>([
    ['no object', []],
    ['another version', { version: 2, archives: [], pages: [] }],
    ['no archives', { version: 1, pages: [] }],
    ['a negative offset', root({ offset: -1 })],
    ['a fraction', root({ size: 9.5 })],
    ['an unknown format', root({ format: 'securetar-4' })],
    ['a plaintext larger than what is stored', root({ plaintextSize: 10 })],
    ['a salt that is missing', root({ format: 'securetar-2' })],
    ['a salt of another length', root({ format: 'securetar-2', salt: 'AAAA' })],
    ['a stream state that is missing', root({ format: 'securetar-3' })],
    ['too few nonces', root({ format: 'securetar-3', stream: { key: Buffer.alloc(32).toString('base64'), nonces: '' } })],
    ['blocks beyond the end', root({ blocks: { headerLength: 1, blockSize: 10, sizes: [5, 5] } })],
    ['blocks of no size', root({ blocks: { headerLength: 1, blockSize: 10, sizes: [0] } })],
    ['blocks of endless size', root({ blocks: { headerLength: 1, blockSize: 1e9, sizes: [1] } })],
    ['a page of an archive that is not there', root({}, [['LENGTH', 'DIGEST', 1, '', '']]), [good]],
    ['pages that leave a gap', root({}, []), [good]],
    ['a page that is no list', root({}, [page]), { length: 3 }],
    ['an entry that is no list', root({}, [page]), ['a']],
    ['an entry without a path', root({}, [page]), [[1, ...good.slice(1)]]],
    ['an entry of unknown type', root({}, [page]), [['a', 'z', ...good.slice(2)]]],
    ['an entry of a type that every object has', root({}, [page]), [['a', 'constructor', ...good.slice(2)]]],
    ['an entry of impossible mode', root({}, [page]), [['a', 'f', 65536, ...good.slice(3)]]],
    ['an entry of negative size', root({}, [page]), [[...good.slice(0, 7), -1]]],
    ['an entry with a link that is no text', root({}, [page]), [[...good, 1]]],
    ['more digests than files', root({}, [page]), [['a', 'd', ...good.slice(2)]]],
    ['fewer digests than files', root({}, [page]), [good, good]],
    ['no JSON', root({}, [page]), Buffer.from('[')],
    ['a page that unpacks to more than 4 MiB', root({}, [page]), Buffer.alloc(5 * 1024 * 1024, ' ')],
  ])('%s', async (_, made, content) => {
    expect(await forged(made, content)).toBe('index-unreadable');
  });
});
