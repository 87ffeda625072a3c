import type { TarEntryType } from '../tar/tar-entry.js';
import type { IndexedEntry } from './archive-index.js';
import { indexUnreadable, type OpenPage } from './page-cipher.js';

const letters: Readonly<Record<TarEntryType, string>> = {
  file: 'f',
  directory: 'd',
  symlink: 'l',
  hardlink: 'h',
  fifo: 'p',
  'character-device': 'c',
  'block-device': 'b',
};
/** A file whose digest isn't known. */
const bareFile = 'g';
const types = new Map([...Object.entries(letters).map(([type, letter]) => [letter, type] as const), [bareFile, 'file'] as const]);

const digestLength = 32;

/**
 * An entry as JSON: `[path, type, mode, mtime, uid, gid, offset, size, linkPath, userName, groupName]`. From `size` on, what is absent is
 * `null`, or left out if nothing follows. Bytes that are not UTF-8 come out as `\udcXX`. The digest stands elsewhere: see `packPage`.
 */
export function encodeEntry({ entry, offset, sha256 }: IndexedEntry): string {
  const { path, type, mode, mtime, uid, gid, size, linkPath, userName, groupName } = entry;
  const letter = type === 'file' && sha256 === undefined ? bareFile : letters[type];
  const fields: (string | number | null | undefined)[] = [path, letter, mode, mtime, uid, gid, offset];
  if (linkPath !== undefined || userName !== undefined || groupName !== undefined) {
    fields.push(size === 0 ? null : size, linkPath, userName, groupName);
    while ((fields.at(-1) ?? null) === null) fields.pop();
  } else if (size !== 0) fields.push(size);
  return JSON.stringify(fields);
}

/** The inverse for a whole page. Trusts nothing. Error: `index-unreadable`. */
export function decodeEntries({ json, digests }: OpenPage): IndexedEntry[] {
  if (!Array.isArray(json)) throw indexUnreadable('a page of entries is not a list');
  let at = 0;
  const nextDigest = () => {
    const digest = digests.toString('hex', at, at + digestLength);
    at += digestLength;
    return digest;
  };
  const entries = json.map((row) => decodeEntry(row, nextDigest));
  if (at !== digests.length) throw malformed();
  return entries;
}

function decodeEntry(row: unknown, nextDigest: () => string): IndexedEntry {
  const fields = listOf(row);
  const [path, letter, mode, mtime, uid, gid, offset, size = null, linkPath = null, userName = null, groupName = null] = fields;
  const type = typeof letter === 'string' ? types.get(letter) : undefined;
  if (typeof path !== 'string' || !isTarEntryType(type)) throw malformed();
  if (typeof mtime !== 'number' || !Number.isFinite(mtime)) throw malformed();
  return {
    entry: {
      path,
      type,
      size: size === null ? 0 : count(size),
      mode: count(mode, 0o7777),
      mtime,
      uid: count(uid),
      gid: count(gid),
      ...(linkPath === null ? {} : { linkPath: text(linkPath) }),
      ...(userName === null ? {} : { userName: text(userName) }),
      ...(groupName === null ? {} : { groupName: text(groupName) }),
    },
    offset: count(offset),
    ...(letter === letters.file ? { sha256: nextDigest() } : {}),
  };
}

export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}

/** A whole number from 0 on. Error: `index-unreadable`. */
export function count(value: unknown, limit: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > limit) throw malformed();
  return value;
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw malformed();
  return value;
}

/** Bytes from base64, so many of them if a length is given. */
export function bytesOf(value: unknown, length?: number): Buffer {
  const bytes = Buffer.from(text(value), 'base64');
  if (length !== undefined && bytes.length !== length) throw malformed();
  return bytes;
}

export function base64(bytes: Uint8Array): string {
  return (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString('base64');
}

export function malformed() {
  return indexUnreadable('something in it is malformed');
}

function isTarEntryType(type: string | undefined): type is TarEntryType {
  return type !== undefined && type in letters;
}
