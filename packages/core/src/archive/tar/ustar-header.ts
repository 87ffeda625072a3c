import { decodeName } from '../../base/file-name.js';
import { decodeNumber, putNumber } from './ustar-number.js';

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

/** What is written into a header block. */
export interface UstarFields {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly flag: string;
  readonly linkName?: string;
  readonly userName?: string;
  readonly groupName?: string;
  readonly prefix?: string;
}

// What all headers have in common: magic, version, device numbers, and the checksum's field as spaces.
const template = Buffer.alloc(blockSize);
template.write('        ', 148, 'latin1');
template.write('ustar\x0000', 257, 'latin1');
template.write('0000000\x000000000\x00', 329, 'latin1');

const templateSum = unsignedSum(template);

/** One header block in POSIX ustar format with its checksum, written into `block`. All must fit: the texts in ASCII, the numbers as `fitsField` says. */
export function encodeUstar(fields: UstarFields, block: Buffer = Buffer.allocUnsafe(blockSize)): Buffer {
  block.set(template);
  const sum =
    templateSum +
    putText(block, fields.name, 0) +
    putNumber(block, fields.mode, 100, 8) +
    putNumber(block, fields.uid, 108, 8) +
    putNumber(block, fields.gid, 116, 8) +
    putNumber(block, fields.size, 124, 12) +
    putNumber(block, fields.mtime, 136, 12) +
    putText(block, fields.flag, 156) +
    putText(block, fields.linkName ?? '', 157) +
    putText(block, fields.userName ?? '', 265) +
    putText(block, fields.groupName ?? '', 297) +
    putText(block, fields.prefix ?? '', 345);
  // Six digits, a NUL and the blank that stands there.
  putNumber(block, sum, 148, 7);
  return block;
}

/** For short texts several times as fast as `write`. @returns the sum of the bytes that it wrote */
function putText(block: Buffer, text: string, at: number): number {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    block[at + index] = code;
    sum += code;
  }
  return sum;
}

/** Reads one header block; a text says what is wrong with it. */
export function decodeUstar(block: Buffer): UstarHeader | string {
  if (!isTarStart(block)) return 'there is no tar header where one belongs';
  if (!hasGoodChecksum(block)) return 'a tar header does not match its checksum';
  const mode = decodeNumber(block, 100, 8);
  const uid = decodeNumber(block, 108, 8);
  const gid = decodeNumber(block, 116, 8);
  const size = decodeNumber(block, 124, 12);
  const mtime = decodeNumber(block, 136, 12);
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

const magic = Buffer.from('ustar', 'latin1');
const magicAt = 257;

/** True if this looks like the first block of a tar: the test of format 3, without the checksum. */
export function isTarStart(block: Buffer): boolean {
  for (let index = 0; index < magic.length; index += 1) if (block[magicAt + index] !== magic[index]) return false;
  return true;
}

/** True if this may be a header with a few bytes damaged: its magic or the form of its checksum is there. */
export function resemblesHeader(block: Buffer): boolean {
  return isTarStart(block) || /^[0-7]{6}\0 $/.test(block.toString('latin1', 148, 156));
}

const zeros = Buffer.alloc(256 * 1024);

export function isZero(bytes: Uint8Array): boolean {
  if (bytes.length > 0 && bytes[0] !== 0) return false;
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const length = Math.min(zeros.length, bytes.length - at);
    if (zeros.compare(bytes, at, at + length, 0, length) !== 0) return false;
  }
  return true;
}

// The checksum field counts as eight spaces. Old writers summed signed bytes.
function hasGoodChecksum(block: Buffer): boolean {
  const stored = decodeNumber(block, 148, 8);
  if (stored === undefined) return false;
  let unsigned = unsignedSum(block) + 8 * 0x20;
  for (let at = 148; at < 156; at += 1) unsigned -= block[at] ?? 0;
  return stored === unsigned || stored === unsigned - 256 * highBytes(block);
}

function unsignedSum(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < blockSize; at += 1) sum += block[at] ?? 0;
  return sum;
}

/** How many bytes outside the checksum field are negative as signed ones. */
function highBytes(block: Buffer): number {
  let count = 0;
  for (let at = 0; at < blockSize; at += 1) if ((at < 148 || at >= 156) && (block[at] ?? 0) > 127) count += 1;
  return count;
}

function text(block: Buffer, at: number, width: number): string {
  let isAscii = true;
  let end = at;
  for (; end < at + width; end += 1) {
    const byte = block[end] ?? 0;
    if (byte === 0) break;
    if (byte > 0x7f) isAscii = false;
  }
  if (end === at) return '';
  return isAscii ? block.toString('latin1', at, end) : decodeName(block.subarray(at, end));
}
