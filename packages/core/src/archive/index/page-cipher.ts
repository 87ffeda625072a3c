import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { inflateRaw } from 'node:zlib';
import { archiveError } from '../errors.js';

/** Of an encrypted page: the nonce before the ciphertext. */
const nonceLength = 12;
/** ... and the tag behind it. */
const tagLength = 16;
const lengthBytes = 4;
const algorithm = 'aes-256-gcm';

export function indexUnreadable(what: string, cause?: unknown) {
  return archiveError('index-unreadable', { what }, cause);
}

/** A page before encryption: the length of its deflated JSON in 4 bytes, big-endian, that, and the digests, which don't get smaller. */
export function packPage(deflated: Buffer, digests: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(deflated.length);
  return Buffer.concat([length, deflated, digests]);
}

/** A page as it is stored. It is bound to its place, so that no page can stand for another. */
export function sealPage(packed: Buffer, key: Buffer | undefined, offset: number): Buffer {
  if (key === undefined) return packed;
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength }).setAAD(boundTo(offset));
  return Buffer.concat([nonce, cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
}

export function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

export interface OpenPage {
  /** Of any shape. */
  readonly json: unknown;
  /** SHA-256 of files, 32 bytes each. */
  readonly digests: Buffer;
}

/** Where a page lies, and the digest of what was stored there. */
interface PagePlace {
  readonly offset: number;
  readonly sha256: Uint8Array;
}

/** Error: `index-unreadable`, unless the bytes are those that were written. */
export function requireWritten(stored: Buffer, { offset, sha256: expected }: PagePlace): void {
  if (!sha256(stored).equals(expected)) throw indexUnreadable(`what stands at byte ${offset} is not what was written there`);
}

/**
 * The inverse of both. `sha256` is the one that is expected of the stored bytes, `limit` of how many bytes the JSON may be.
 * Errors: `wrong-key` where the stored bytes are the right ones and the key doesn't open them, `index-unreadable`.
 */
export async function openPage(stored: Buffer, page: PagePlace, key: Buffer | undefined, limit: number): Promise<OpenPage> {
  requireWritten(stored, page);
  const packed = key === undefined ? stored : decrypted(stored, key, page.offset);
  const end = lengthBytes + (packed.length < lengthBytes ? packed.length : packed.readUInt32BE(0));
  if (end > packed.length) throw indexUnreadable(`the page at byte ${page.offset} is too short`);
  const json = await inflated(packed.subarray(lengthBytes, end), limit);
  try {
    return { json: JSON.parse(json.toString('utf8')), digests: packed.subarray(end) };
  } catch (cause) {
    throw indexUnreadable(`the page at byte ${page.offset} is not JSON`, cause);
  }
}

function decrypted(stored: Buffer, key: Buffer, offset: number): Buffer {
  if (stored.length < nonceLength + tagLength) throw indexUnreadable(`the page at byte ${offset} is too short`);
  const decipher = createDecipheriv(algorithm, key, stored.subarray(0, nonceLength), { authTagLength: tagLength });
  decipher.setAAD(boundTo(offset)).setAuthTag(stored.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(stored.subarray(nonceLength, -tagLength)), decipher.final()]);
  } catch (cause) {
    throw archiveError('wrong-key', { member: 'the index' }, cause);
  }
}

function inflated(deflated: Buffer, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    inflateRaw(deflated, { maxOutputLength: limit }, (error, result) => {
      if (error === null) resolve(result);
      else reject(indexUnreadable('a page of it cannot be unpacked', error));
    });
  });
}

function boundTo(offset: number): Buffer {
  const bound = Buffer.from('holdfast index 1\0\0\0\0\0\0\0\0', 'latin1');
  bound.writeBigUInt64BE(BigInt(offset), bound.length - 8);
  return bound;
}
