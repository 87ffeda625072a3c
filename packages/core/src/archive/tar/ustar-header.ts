import { decodeName } from '../../base/file-name.js';
import { decodeNumber } from './ustar-number.js';

export const blockSize = 512;

/** The fields of one header block, before pax records and GNU long names are applied. */
export interface UstarHeader {
  readonly path: string;
  /** One character: `0` file, `5` directory, `x` pax records, ... */
  readonly flag: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  readonly groupName: string;
  readonly linkPath: string;
}

/** The text of a header block, to be written; numbers as {@link encodeNumber} makes them. */
export interface UstarFields {
  readonly name: string;
  readonly mode: string;
  readonly uid: string;
  readonly gid: string;
  readonly size: string;
  readonly mtime: string;
  readonly flag: string;
  readonly linkName?: string;
  readonly userName?: string;
  readonly groupName?: string;
  readonly prefix?: string;
}

/** One header block in POSIX ustar format with its checksum. Every text must fit its field. */
export function encodeUstar(fields: UstarFields): Buffer {
  const block = Buffer.alloc(blockSize);
  const put = (value: string, at: number) => block.write(value, at, 'latin1');
  put(fields.name, 0);
  put(fields.mode, 100);
  put(fields.uid, 108);
  put(fields.gid, 116);
  put(fields.size, 124);
  put(fields.mtime, 136);
  put('        ', 148);
  put(fields.flag, 156);
  put(fields.linkName ?? '', 157);
  put('ustar\x0000', 257);
  put(fields.userName ?? '', 265);
  put(fields.groupName ?? '', 297);
  put('0000000\0', 329);
  put('0000000\0', 337);
  put(fields.prefix ?? '', 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Reads one header block; a text says what is wrong with it. */
export function decodeUstar(block: Buffer): UstarHeader | string {
  if (!isTarStart(block)) return 'there is no tar header where one belongs';
  if (!hasGoodChecksum(block)) return 'a tar header does not match its checksum';
  const number = (at: number, width: number) => decodeNumber(block.subarray(at, at + width));
  const [mode, uid, gid, size, mtime] = [number(100, 8), number(108, 8), number(116, 8), number(124, 12), number(136, 12)];
  if (mode === undefined || uid === undefined || gid === undefined || size === undefined || mtime === undefined) {
    return 'a number in a tar header is malformed';
  }
  if (uid < 0 || gid < 0 || size < 0) return 'a number in a tar header is negative';
  // GNU's older format keeps other things where POSIX has the prefix; the magic tells them apart.
  const prefix = block[262] === 0 ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    flag: String.fromCharCode(block[156] ?? 0),
    size,
    mode: mode & 0o7777,
    mtime,
    uid,
    gid,
    userName: text(block, 265, 32),
    groupName: text(block, 297, 32),
    linkPath: text(block, 157, 100),
  };
}

/** True if this looks like the first block of a tar: the test of format 3, without the checksum. */
export function isTarStart(block: Buffer): boolean {
  return block.length >= 262 && block.toString('latin1', 257, 262) === 'ustar';
}

/** True if this may be a header with a few bytes damaged: its magic or the form of its checksum is there. */
export function resemblesHeader(block: Buffer): boolean {
  return isTarStart(block) || /^[0-7]{6}\0 $/.test(block.toString('latin1', 148, 156));
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

// The checksum field counts as eight spaces. Old writers summed signed bytes.
function hasGoodChecksum(block: Buffer): boolean {
  const stored = decodeNumber(block.subarray(148, 156));
  let unsigned = 0;
  let signed = 0;
  for (const [index, byte] of block.entries()) {
    const value = index >= 148 && index < 156 ? 0x20 : byte;
    unsigned += value;
    signed += value > 127 ? value - 256 : value;
  }
  return stored === unsigned || stored === signed;
}

function text(block: Buffer, at: number, width: number): string {
  const field = block.subarray(at, at + width);
  const end = field.indexOf(0);
  return decodeName(end < 0 ? field : field.subarray(0, end));
}
