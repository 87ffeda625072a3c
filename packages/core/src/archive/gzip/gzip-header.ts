import { crc32 } from 'node:zlib';
import type { ByteReader } from '../../base/byte-reader.js';
import type { Faults } from '../faults.js';

const flagHeaderCrc = 0x02;
const flagExtra = 0x04;
const flagName = 0x08;
const flagComment = 0x10;
const reservedFlags = 0xe0;

// Names and comments have no length field; nobody writes longer ones.
const maxTextLength = 64 * 1024;

/** Length of CRC-32 and ISIZE behind the deflate data. */
export const gzipTrailerLength = 8;

export interface GzipHeaderFields {
  readonly level: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** In encrypted archives Home Assistant leaves it empty (format 1.1). */
  readonly fileName: string;
}

/** The header of the one member: with FNAME and without FEXTRA, as format 1.1 asks. */
export function encodeGzipHeader({ level, mtime, fileName }: GzipHeaderFields): Buffer {
  const header = Buffer.alloc(10);
  header.set([0x1f, 0x8b, 8, flagName]);
  header.writeUInt32LE(Math.min(Math.max(Math.floor(mtime), 0), 0xffffffff), 4);
  header.set([level === 9 ? 2 : level === 1 ? 4 : 0, 0xff], 8);
  return Buffer.concat([header, Buffer.from(fileName.replace(/[^ -~]/g, '_'), 'latin1'), Buffer.alloc(1)]);
}

export function isGzipStart(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/**
 * How surely these first bytes of a decrypted archive are gzip. A wrong key gives the three bytes of the magic once in 2^24
 * (format 8), and what every known writer puts in the other fixed fields once in 2^37.
 */
export function gzipStartLikelihood(bytes: Buffer): 'sure' | 'maybe' | 'no' {
  if (!isGzipStart(bytes) || ((bytes[3] ?? 0xff) & reservedFlags) !== 0) return 'no';
  const [extra = 0xff, system = 0x80] = bytes.subarray(8, 10);
  return [0, 2, 4].includes(extra) && (system <= 13 || system === 0xff) ? 'sure' : 'maybe';
}

/** Reads past the header of a gzip member, checking all that can be checked in it. */
export async function readGzipHeader(reader: ByteReader, faults: Faults): Promise<void> {
  let crc = 0;
  const take = async (length: number): Promise<Buffer> => {
    const bytes = await reader.upTo(length);
    if (bytes.length < length) throw faults.endsEarly(reader.offset);
    crc = crc32(bytes, crc);
    return bytes;
  };
  const skipText = async (): Promise<void> => {
    for (let length = 0; length < maxTextLength; length += 1) if ((await take(1))[0] === 0) return;
    throw faults.corrupt('a text in the gzip header has no end', reader.offset);
  };
  const start = await take(10);
  const flags = start[3] ?? 0;
  if (!isGzipStart(start) || (flags & reservedFlags) !== 0) throw faults.corrupt('it does not begin with a gzip header', 0);
  if ((flags & flagExtra) !== 0) await take((await take(2)).readUInt16LE());
  if ((flags & flagName) !== 0) await skipText();
  if ((flags & flagComment) !== 0) await skipText();
  if ((flags & flagHeaderCrc) === 0) return;
  const expected = crc & 0xffff;
  if ((await take(2)).readUInt16LE() !== expected) throw faults.corrupt('the gzip header does not match its checksum', 0);
}
