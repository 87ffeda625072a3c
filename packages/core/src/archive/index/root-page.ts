import type { RestartBlocks } from '../gzip/restart-blocks.js';
import type { ArchiveFormat, IndexedArchive, StreamState } from './archive-index.js';
import { base64, bytesOf, count, listOf, malformed, text } from './entry-rows.js';
import { indexUnreadable } from './page-cipher.js';

/** Version of the index, in the root page. */
const version = 1;

/** One archive as the root page lists it. */
export interface RootArchive {
  readonly archive: IndexedArchive;
  /** How many entries it has. */
  readonly entries: number;
  /** Whether they are in the order of `comparePaths`, each path once. */
  readonly sorted: boolean;
}

/** A page of entries, all of one archive. */
export interface EntryPage {
  /** In the index object, bytes; pages lie one behind the other. */
  readonly offset: number;
  readonly length: number;
  /** Of the stored bytes. */
  readonly sha256: Uint8Array;
  /** The archive's number. */
  readonly archive: number;
  /** Plain paths of its first and last entry. */
  readonly first: string;
  readonly last: string;
}

export interface RootPage {
  readonly archives: readonly RootArchive[];
  readonly pages: readonly EntryPage[];
}

const maxHeaderLength = 1024 * 1024;
const maxBlockSize = 4 * 1024 * 1024;
const pieceSize = 1024 * 1024;
const formats: readonly ArchiveFormat[] = ['plain', 'securetar-1', 'securetar-2', 'securetar-3'];

export function encodeRoot({ archives, pages }: RootPage): string {
  return JSON.stringify({
    version,
    archives: archives.map(({ archive, entries, sorted }) => ({
      member: archive.member,
      offset: archive.offset,
      size: archive.size,
      format: archive.format,
      plaintextSize: archive.plaintextSize,
      gzip: archive.gzip,
      ...(archive.blocks === undefined ? {} : { blocks: archive.blocks }),
      ...(archive.salt === undefined ? {} : { salt: base64(archive.salt) }),
      ...(archive.stream === undefined ? {} : { stream: { key: base64(archive.stream.key), nonces: base64(archive.stream.nonces) } }),
      entries,
      sorted,
    })),
    pages: pages.map(({ length, sha256, archive, first, last }) => [length, base64(sha256), archive, first, last]),
  });
}

/** `rootOffset`: where the root page stands, which is where the last page of entries ends. Trusts nothing. Error: `index-unreadable`. */
export function decodeRoot(root: unknown, rootOffset: number): RootPage {
  if (!isObject(root)) throw malformed();
  if (root['version'] !== version) throw indexUnreadable('it was written by a newer version of Holdfast');
  const archives = listOf(root['archives']).map(decodeArchive);
  let offset = 0;
  const pages = listOf(root['pages']).map((row): EntryPage => {
    const [length, digest, archive, first, last] = listOf(row);
    const page = {
      offset,
      length: count(length, rootOffset),
      sha256: bytesOf(digest, 32),
      archive: count(archive, archives.length - 1),
      first: text(first),
      last: text(last),
    };
    offset += page.length;
    return page;
  });
  if (offset !== rootOffset) throw indexUnreadable('its pages do not lie where they should');
  return { archives, pages };
}

function decodeArchive(value: unknown): RootArchive {
  if (!isObject(value)) throw malformed();
  const format = formats.find((known) => known === value['format']);
  if (format === undefined || typeof value['gzip'] !== 'boolean' || typeof value['sorted'] !== 'boolean') throw malformed();
  const size = count(value['size']);
  const plaintextSize = count(value['plaintextSize'], size);
  const { blocks, salt, stream } = value;
  if ((format === 'securetar-3') !== (stream !== undefined)) throw malformed();
  if ((format === 'securetar-1' || format === 'securetar-2') !== (salt !== undefined)) throw malformed();
  if (format === 'plain' && plaintextSize !== size) throw malformed();
  return {
    archive: {
      member: text(value['member']),
      offset: count(value['offset']),
      size,
      format,
      plaintextSize,
      gzip: value['gzip'],
      ...(blocks === undefined ? {} : { blocks: decodeBlocks(blocks, plaintextSize) }),
      ...(salt === undefined ? {} : { salt: bytesOf(salt, 16) }),
      ...(stream === undefined ? {} : { stream: decodeStream(stream, plaintextSize) }),
    },
    entries: count(value['entries']),
    sorted: value['sorted'],
  };
}

function decodeBlocks(value: unknown, plaintextSize: number): RestartBlocks {
  if (!isObject(value)) throw malformed();
  const headerLength = count(value['headerLength'], maxHeaderLength);
  const blockSize = count(value['blockSize'], maxBlockSize);
  const sizes = listOf(value['sizes']).map((size) => count(size, 2 * maxBlockSize));
  const end = sizes.reduce((sum, size) => sum + size, headerLength);
  if (blockSize === 0 || sizes.includes(0) || end > plaintextSize) throw malformed();
  return { headerLength, blockSize, sizes };
}

function decodeStream(value: unknown, plaintextSize: number): StreamState {
  if (!isObject(value)) throw malformed();
  const pieces = Math.max(1, Math.ceil(plaintextSize / pieceSize));
  return { key: bytesOf(value['key'], 32), nonces: bytesOf(value['nonces'], 8 * pieces) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
