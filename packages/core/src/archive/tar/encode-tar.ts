import { encodeName } from '../../base/file-name.js';
import { encodePaxRecords, formatPaxTime } from './pax-records.js';
import type { TarEntry, TarEntryType } from './tar-entry.js';
import { blockSize, encodeUstar, type UstarFields } from './ustar-header.js';
import { fitsField } from './ustar-number.js';

const flags: Record<TarEntryType, string> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
};

// What every pax header has but its size.
const paxFields = {
  name: '././@PaxHeader',
  flag: 'x',
  mode: 0,
  uid: 0,
  gid: 0,
  mtime: 0,
};

// What tar files made in one go are filled up to: twenty blocks.
const recordSize = 20 * blockSize;

export interface EncodeTarOptions {
  /** Writes the `mtime` record also where ustar could hold the time, so that the header's length does not depend on it. */
  readonly alwaysPaxTime?: boolean;
}

/** All header blocks of a member: a pax `x` header where ustar cannot say it, then the ustar header (format 1.1). */
export function encodeTarHeader(entry: TarEntry, options: EncodeTarOptions = {}): Buffer {
  const header = new Header();
  const path = entry.type === 'directory' ? `${entry.path}/` : entry.path;
  const place = placeOf(path);
  if (place === undefined) header.record('path', path);
  const time = Math.floor(entry.mtime);
  const timeFits = fitsField(time, 12);
  if (options.alwaysPaxTime === true || !timeFits || time !== entry.mtime) header.record('mtime', formatPaxTime(entry.mtime));
  return header.encode({
    name: place?.name ?? inAscii(path, 100),
    prefix: place?.prefix ?? '',
    flag: flags[entry.type],
    mode: fitsField(entry.mode, 8) ? entry.mode : 0,
    uid: header.number('uid', entry.uid, 8),
    gid: header.number('gid', entry.gid, 8),
    size: header.number('size', entry.size, 12),
    mtime: timeFits ? time : 0,
    linkName: header.text('linkpath', entry.linkPath, 100),
    userName: header.text('uname', entry.userName, 31),
    groupName: header.text('gname', entry.groupName, 31),
  });
}

/** What of a header ustar cannot say: what stands in its fields instead, and the records that say it. */
class Header {
  #records: Map<string, string> | undefined;

  record(key: string, value: string): void {
    this.#records ??= new Map();
    this.#records.set(key, value);
  }

  text(key: string, value: string | undefined, width: number): string {
    if (value === undefined || fits(value, width)) return value ?? '';
    this.record(key, value);
    return inAscii(value, width);
  }

  number(key: string, value: number, width: number): number {
    if (fitsField(value, width)) return value;
    this.record(key, String(value));
    return 0;
  }

  encode(fields: UstarFields): Buffer {
    return this.#records === undefined ? encodeUstar(fields) : encodeWithRecords(fields, this.#records);
  }
}

const padding = Buffer.alloc(blockSize);

/** Zeros that fill a member's content up to whole blocks. */
export function tarPadding(size: number): Buffer {
  return padding.subarray(0, paddingLength(size));
}

function paddingLength(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

/** The end of a tar of which `written` bytes stand: two zero blocks, filled up to a multiple of 10240 bytes. */
export function tarEnd(written: number): Buffer {
  const least = written + 2 * blockSize;
  return Buffer.alloc(Math.ceil(least / recordSize) * recordSize - written);
}

function encodeWithRecords(fields: UstarFields, records: Map<string, string>): Buffer {
  let binary = false;
  for (const value of records.values()) binary ||= !value.isWellFormed();
  const content = encodePaxRecords(binary ? new Map([['hdrcharset', 'BINARY'], ...records]) : records);
  const padded = content.length + paddingLength(content.length);
  const header = Buffer.allocUnsafe(2 * blockSize + padded);
  encodeUstar({ ...paxFields, size: content.length }, header.subarray(0, blockSize));
  header.set(content, blockSize);
  header.fill(0, blockSize + content.length, blockSize + padded);
  encodeUstar(fields, header.subarray(blockSize + padded));
  return header;
}

/** Where ustar keeps this path: whole, or split at a slash. `undefined` if it cannot. */
function placeOf(path: string): { name: string; prefix: string } | undefined {
  if (fits(path, 100)) return { name: path, prefix: '' };
  if (!isAscii(path)) return undefined;
  for (let slash = path.indexOf('/', 1); slash > 0 && slash <= 155; slash = path.indexOf('/', slash + 1)) {
    const name = path.slice(slash + 1);
    if (name.length > 0 && name.length <= 100) return { name, prefix: path.slice(0, slash) };
  }
  return undefined;
}

function fits(text: string, width: number): boolean {
  return text.length <= width && isAscii(text);
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** What a reader without pax sees. */
function inAscii(text: string, width: number): string {
  return encodeName(text)
    .subarray(0, width)
    .toString('latin1')
    .replace(/[^ -~]/g, '?');
}
