import { createCipheriv, createDecipheriv } from 'node:crypto';
import { ByteReader } from '../../base/byte-reader.js';
import { displayName } from '../../base/file-name.js';
import { archiveError } from '../errors.js';
import type { ReadRange } from '../scan-backup.js';
import { deriveIv, deriveKey } from '../securetar/derive-key.js';
import { blockLength, headerLengthV2 } from '../securetar/header-v2.js';
import { headerLengthV3, pieceOverhead, pieceSize } from '../securetar/header-v3.js';
import type { IndexedArchive } from './archive-index.js';

const mebibyte = 1024 * 1024;
/** What one request asks for at most: a few of the MiB by which a sealed backup is checked. */
const requestBytes = 4 * mebibyte;

/** Of a version 3 piece: the tag before its content (format 7.3). */
const tagLength = 1;
/** Content begins at this block of the key stream (format 7.4). */
const firstContentBlock = 2;
const chachaBlock = 64;

/**
 * Bytes `[from, to)` of an archive after decryption, with no more read of the backup than that takes. What is wrong with them isn't noticed here:
 * the backup's seal vouches for the stored bytes. Errors: `key-needed`, `truncated`, those of `read`.
 */
export function readPlaintext(
  read: ReadRange,
  archive: IndexedArchive,
  password: string | undefined,
  from: number,
  to: number,
): AsyncGenerator<Buffer, void, undefined> {
  const { format, offset, salt = Buffer.alloc(0) } = archive;
  if (from >= to) return nothing();
  if (format === 'plain') return fetchRange(read, archive, offset + from, offset + to);
  if (format === 'securetar-3') return readStream(read, archive, from, to);
  if (password === undefined) throw archiveError('key-needed', { member: displayName(archive.member) });
  const key = deriveKey(password);
  // Version 1 has its salt alone before it, one block (format 6.1).
  const start = offset + (format === 'securetar-1' ? blockLength : headerLengthV2);
  return readCbc(read, archive, { start, key, salt }, from, to);
}

async function* nothing(): AsyncGenerator<Buffer, void, undefined> {}

/** Versions 1 and 2: any block can be decrypted with the one before it, and the first with the derived vector (format 4). */
async function* readCbc(
  read: ReadRange,
  archive: IndexedArchive,
  { start, key, salt }: { readonly start: number; readonly key: Buffer; readonly salt: Uint8Array },
  from: number,
  to: number,
): AsyncGenerator<Buffer, void, undefined> {
  const first = from - (from % blockLength);
  const end = Math.ceil(to / blockLength) * blockLength;
  const reader = new ByteReader(fetchRange(read, archive, start + first - (first === 0 ? 0 : blockLength), start + end));
  try {
    const iv = first === 0 ? deriveIv(key, salt) : await reader.upTo(blockLength);
    const decipher = createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
    let position = first;
    for await (const chunk of reader.rest()) {
      const plain = decipher.update(chunk);
      const wanted = plain.subarray(Math.max(0, from - position), Math.max(0, to - position));
      position += plain.length;
      if (wanted.length > 0) yield wanted;
    }
  } finally {
    await reader.close();
  }
}

/** Version 3 with the saved state of its stream: each piece has a key stream of its own, which can be entered anywhere. */
async function* readStream(read: ReadRange, archive: IndexedArchive, from: number, to: number): AsyncGenerator<Buffer, void, undefined> {
  const { stream } = archive;
  if (stream === undefined) throw archiveError('key-needed', { member: displayName(archive.member) });
  const start = archive.offset + headerLengthV3 + tagLength;
  const stored = (position: number) => start + position + Math.floor(position / pieceSize) * pieceOverhead;
  const reader = new ByteReader(fetchRange(read, archive, stored(from), stored(to - 1) + 1));
  try {
    for (let position = from; position < to; ) {
      const piece = Math.floor(position / pieceSize);
      const within = position % pieceSize;
      const end = Math.min(to, (piece + 1) * pieceSize);
      const iv = Buffer.alloc(16);
      iv.writeUInt32LE(firstContentBlock + Math.floor(within / chachaBlock), 0);
      iv.writeUInt32LE((piece + 1) % 2 ** 32, 4);
      iv.set(stream.nonces.subarray(8 * piece, 8 * piece + 8), 8);
      const cipher = createCipheriv('chacha20', stream.key, iv);
      cipher.update(Buffer.alloc(within % chachaBlock));
      while (position < end) {
        const chunk = await reader.some(end - position);
        if (chunk === undefined) return;
        position += chunk.length;
        yield cipher.update(chunk);
      }
      if (position < to) await reader.skip(pieceOverhead);
    }
  } finally {
    await reader.close();
  }
}

/** Stored bytes, the next request under way while one is used. Requests end at a MiB of the file where they can. */
async function* fetchRange(read: ReadRange, archive: IndexedArchive, from: number, to: number): AsyncGenerator<Buffer, void, undefined> {
  const end = Math.min(to, archive.offset + archive.size);
  const request = (at: number) => {
    const border = Math.floor((at + requestBytes) / mebibyte) * mebibyte;
    const length = Math.min(border, end) - at;
    const bytes = length > 0 ? readFully(read, archive.member, at, length) : undefined;
    bytes?.catch(() => {});
    return bytes;
  };
  let position = from;
  for (let next = request(position); next !== undefined; ) {
    const bytes = await next;
    position += bytes.length;
    next = request(position);
    yield bytes;
  }
}

async function readFully(read: ReadRange, member: string, offset: number, length: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let got = 0;
  while (got < length) {
    const part = await read(offset + got, length - got);
    if (part.length === 0) {
      throw archiveError('truncated', { offset: offset + got, where: `inside ${displayName(member)}`, member: displayName(member) });
    }
    parts.push(part);
    got += part.length;
  }
  const only = parts[0];
  return parts.length === 1 && Buffer.isBuffer(only) ? only : Buffer.concat(parts, got);
}
