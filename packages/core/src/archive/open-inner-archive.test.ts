import { createCipheriv, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isHoldfastError } from '../base/errors.js';
import type { ArchiveNote } from './archive-note.js';
import { archiveErrorCatalogue } from './errors.js';
import { bytesOf, sourceOf } from './home-assistant.fixture.js';
import { type InnerArchive, openInnerArchive } from './open-inner-archive.js';
import { readBackup } from './read-backup.js';
import { deriveIv, deriveKey } from './securetar/derive-key.js';
import { encodeHeaderV2 } from './securetar/header-v2.js';
import { RootKeys } from './securetar/root-keys.js';
import { awkwardItems, type Item, password, summaryOf, tarOf, writtenBackup } from './written-backup.fixture.js';

const items = awkwardItems();
const others = items.filter(({ content }) => content.length < 100_000);
const tar = tarOf(items);
const summary = summaryOf(items);

function memberOf(bytes: Buffer, name = 'share.tar.gz') {
  return { name, size: bytes.length, offset: 0, mtime: 0, kind: 'inner-archive' as const, body: sourceOf(bytes, 50_000) };
}

async function summaryOfEntries(archive: InnerArchive) {
  const found: Item[] = [];
  for await (const { entry, body } of archive.entries) found.push({ entry, content: await bytesOf(body) });
  return summaryOf(found);
}

async function read(bytes: Buffer, passwords: readonly string[] = [password], name?: string) {
  return summaryOfEntries(await openInnerArchive(memberOf(bytes, name), passwords));
}

async function notesOf(bytes: Buffer) {
  const notes: ArchiveNote[] = [];
  await summaryOfEntries(await openInnerArchive(memberOf(bytes), [password], { onNote: (note) => notes.push(note) }));
  return notes;
}

/** A version 2 archive of any plaintext, as any writer could make it. */
function sealed(plaintext: Buffer, statedSize = plaintext.length): Buffer {
  const salt = randomBytes(16);
  const key = deriveKey(password);
  const cipher = createCipheriv('aes-128-cbc', key, deriveIv(key, salt));
  return Buffer.concat([encodeHeaderV2({ plaintextSize: statedSize, salt }), cipher.update(plaintext), cipher.final()]);
}

function flipped(bytes: Buffer, at: number, mask = 0x10): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}

describe('content counts, not the name', () => {
  test.each<[string, string, Buffer, string, boolean]>([
    ['a plain tar called .tar.gz', 'share.tar.gz', tar, 'plain', false],
    ['a gzip called .tar', 'share.tar', gzipSync(tar), 'plain', true],
    ['an encrypted plain tar called .tar.gz', 'share.tar.gz', sealed(tar), 'securetar-2', false],
    ['an encrypted gzip called .tar', 'share.tar', sealed(gzipSync(tar)), 'securetar-2', true],
  ])('%s', async (_, name, bytes, format, gzip) => {
    await using archive = await openInnerArchive(memberOf(bytes, name), [password]);
    expect(archive).toMatchObject({ format, gzip });
    expect(await read(bytes, [password], name)).toEqual(summary);
  });
});

describe('sizes', () => {
  test('an archive of some two hundred bytes', async () => {
    const small = tarOf(items.slice(0, 1));
    const bytes = sealed(gzipSync(small));
    expect(bytes.length).toBeLessThan(240);
    expect(await read(bytes)).toEqual(summary.slice(0, 1));
  });

  test('an empty tar', async () => {
    expect(await read(sealed(gzipSync(tarOf([]))))).toEqual([]);
    expect(await read(sealed(tarOf([])))).toEqual([]);
    expect(await read(gzipSync(tarOf([])))).toEqual([]);
  });

  test('a stated size that older writers rounded down', async () => {
    const packed = gzipSync(tar);
    const rounded = sealed(packed, packed.length - (packed.length % 16));
    expect(await read(rounded)).toEqual(summary);
    expect(await notesOf(rounded)).toMatchObject([{ code: 'size-rounded', member: 'share.tar.gz' }]);
    expect(await notesOf(sealed(packed))).toEqual([]);
    await expect(read(sealed(packed, packed.length - 16))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('a decrypted download that lacks the last bytes of its gzip', async () => {
    const packed = gzipSync(tar, { level: 9 });
    for (let less = 1; less <= 9; less += 1) expect(await read(packed.subarray(0, -less)), `${less} bytes`).toEqual(summary);
    expect(await notesOf(packed.subarray(0, -1))).toMatchObject([{ code: 'end-cut', member: 'share.tar.gz' }]);
    await expect(read(packed.subarray(0, -1000))).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('a wrong key and damage are told apart', () => {
  const packed = gzipSync(tar);
  const bytes = sealed(packed);

  test.each([16, 17, 100, 500, 511])('damage at byte %i of the ciphertext is damage', async (at) => {
    await expect(read(flipped(bytes, 48 + at))).rejects.toMatchObject({ code: 'corrupt', details: { member: 'share.tar.gz' } });
  });

  test('damage to the first block of a compressed archive cannot be told from a wrong key, and the remedy says so', async () => {
    await expect(read(flipped(bytes, 48))).rejects.toMatchObject({ code: 'wrong-key' });
    expect(archiveErrorCatalogue['wrong-key'].remedy).toContain('the beginning of this part is damaged');
  });

  test('damage to the first block of an uncompressed one can', async () => {
    await expect(read(flipped(sealed(tar), 48))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('a wrong key that gives the gzip magic by chance is a wrong key', async () => {
    const lucky = Buffer.concat([Buffer.of(0x1f, 0x8b, 8, 0), randomBytes(4), Buffer.of(0x77, 0x99), Buffer.alloc(2000, 0xff)]);
    await expect(openInnerArchive(memberOf(sealed(lucky)), [password])).rejects.toMatchObject({ code: 'wrong-key' });
  });

  test('unusual but sound gzip headers are no wrong key', async () => {
    const unusual = Buffer.from(packed);
    unusual.set([7, 99], 8);
    expect(await read(sealed(unusual))).toEqual(summary);
  });

  test('damage within the first tar header is told by the opening', async () => {
    await expect(openInnerArchive(memberOf(sealed(gzipSync(flipped(tar, 10)))), [password])).rejects.toMatchObject({
      code: 'corrupt',
      details: { offset: 0, layer: 'the unpacked archive' },
    });
  });
});

describe('what is refused', () => {
  test.each<[string, Buffer, string]>([
    ['an unknown version', flipped(sealed(tar), 9, 0x06), 'unsupported-format'],
    ['what may be version 1', randomBytes(1024), 'wrong-key'],
    ['what cannot be version 1', randomBytes(1000), 'corrupt'],
    ['zeros', Buffer.alloc(1024), 'corrupt'],
    ['version 2 with a damaged mark', flipped(sealed(tar), 3), 'corrupt'],
    ['a version that there never was', flipped(sealed(tar), 9, 0x03), 'corrupt'],
    ['version 2 that claims to be version 3', flipped(sealed(tar), 9, 0x01), 'corrupt'],
    ['a gzip with a damaged mark', flipped(gzipSync(Buffer.concat([tar, randomBytes(99)])), 0), 'corrupt'],
    ['a tar with a damaged mark', flipped(tar, 258), 'corrupt'],
    ['nothing', Buffer.alloc(0), 'corrupt'],
    ['a header alone', sealed(tar).subarray(0, 48), 'corrupt'],
    ['half a header', sealed(tar).subarray(0, 20), 'corrupt'],
    ['a malformed header', flipped(sealed(tar), 11), 'corrupt'],
    ['an impossible size', flipped(sealed(tar), 16, 0xff), 'corrupt'],
  ])('%s', async (_, bytes, code) => {
    await expect(openInnerArchive(memberOf(bytes), [password])).rejects.toMatchObject({ code });
  });
});

test('closing unread frees everything underneath', async () => {
  let ended = false;
  const body = async function* () {
    try {
      yield* sourceOf(sealed(gzipSync(tar)), 1000);
    } finally {
      ended = true;
    }
  };
  const archive = await openInnerArchive({ ...memberOf(sealed(gzipSync(tar))), body: body() }, [password]);
  await archive[Symbol.asyncDispose]();
  expect(ended).toBe(true);
});

async function readAll(bytes: Buffer, rootKeys = new RootKeys()) {
  const found: Record<string, ReturnType<typeof summaryOf>> = {};
  for await (const member of readBackup(sourceOf(bytes))) {
    if (member.kind !== 'inner-archive') continue;
    found[member.name] = await summaryOfEntries(await openInnerArchive(member, [password], { rootKeys }));
  }
  return found;
}

describe('no change of a backup passes unnoticed or ends in anything but a Holdfast error', () => {
  const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), mask: fc.integer({ min: 1, max: 255 }) });
  const intact = { 'share.tar.gz': summaryOf(others) };
  const codes = ['corrupt', 'truncated', 'wrong-key', 'key-needed', 'not-a-backup', 'unsupported-format'];

  test.each(['securetar-2', 'securetar-3', 'plain'] as const)('%s', async (format) => {
    const { bytes } = await writtenBackup({ 'share.tar.gz': tarOf(others) }, format === 'plain' ? { password: undefined } : { format });
    const rootKeys = new RootKeys();
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = Buffer.from(bytes);
        for (const { at, mask } of changes) {
          const index = Math.floor(at * changed.length);
          changed[index] = (changed[index] ?? 0) ^ mask;
        }
        const result = await readAll(changed, rootKeys).catch((error: unknown) =>
          isHoldfastError(error) && codes.includes(error.code) ? intact : error,
        );
        expect(result).toEqual(intact);
      }),
      { numRuns: 300 },
    );
  });

  test('every cut is truncated, with its byte', async () => {
    const { bytes, archives } = await writtenBackup({ 'share.tar.gz': tarOf(items.slice(0, 2)) });
    const end = (archives[0]?.offset ?? 0) + (archives[0]?.size ?? 0);
    for (let length = 0; length < end + 1024; length += 1) {
      const failure = await readAll(bytes.subarray(0, length)).catch((error: unknown) => error);
      expect(failure, `cut at ${length}`).toMatchObject({ code: 'truncated', details: { offset: length } });
    }
  });
});
