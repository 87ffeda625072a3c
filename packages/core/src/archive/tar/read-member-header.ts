import { decodeName } from '../../base/file-name.js';
import type { Faults } from '../faults.js';
import { decodePaxRecords, maxPaxLength, type PaxRecords, parsePaxInteger, parsePaxTime } from './pax-records.js';
import type { TarEntry, TarEntryType } from './tar-entry.js';
import { blockSize, decodeUstar, isZero, type UstarHeader } from './ustar-header.js';

/** Where headers come from: a stream, or a file read by ranges. */
export interface HeaderInput {
  readonly offset: number;
  /** The next bytes, fewer than `length` only at the end. */
  upTo(length: number): Promise<Buffer>;
  /** The next bytes if all of them are at hand; else `undefined`, and nothing is read. Spares a wait for each block. */
  ready?(length: number): Buffer | undefined;
}

interface MemberHeader {
  readonly entry: TarEntry;
  readonly pax: PaxRecords;
}

export interface HeaderReader {
  /** The next member's header blocks, all of them; `undefined` at the end blocks, which are consumed. */
  next(): Promise<MemberHeader | undefined>;
}

// Global records apply to every member that follows, so their number costs time again and again.
const maxGlobalLength = 64 * 1024;

const noRecords: PaxRecords = new Map();

const typesByFlag: ReadonlyMap<string, TarEntryType> = new Map([
  ['0', 'file'],
  ['\0', 'file'],
  ['7', 'file'],
  ['1', 'hardlink'],
  ['2', 'symlink'],
  ['3', 'character-device'],
  ['4', 'block-device'],
  ['5', 'directory'],
  ['6', 'fifo'],
]);

/** What stands before a member and changes how its header is read. */
interface Announced {
  pax?: Map<string, string>;
  longName?: string;
  longLink?: string;
}

/**
 * Reads tar headers strictly: ustar, pax `x` and `g`, GNU `L` and `K`. `mayLackEnd` is asked where the input
 * ends between two members without end blocks.
 */
export function headerReader(input: HeaderInput, faults: Faults, mayLackEnd: () => boolean = () => false): HeaderReader {
  const globals = new Map<string, string>();
  let globalBytes = 0;

  const readEnd = async (first: boolean, at: number): Promise<void> => {
    if (!first) throw faults.corrupt('a header belongs where the end of the archive is', at);
    const second = await input.upTo(blockSize);
    if (!isZero(second)) throw faults.corrupt('a lone zero block stands between two members', at);
    if (second.length < blockSize && !mayLackEnd()) throw faults.endsEarly(at + blockSize + second.length);
  };

  const readBlock = async (first: boolean, at: number, ready: Buffer | undefined): Promise<UstarHeader | undefined> => {
    const block = ready ?? (await input.upTo(blockSize));
    const blank = isZero(block);
    if (block.length < blockSize) {
      if (first && blank && mayLackEnd()) return undefined;
      throw faults.endsEarly(at + block.length);
    }
    if (!blank) return decode(block, at);
    await readEnd(first, at);
    return undefined;
  };

  const decode = (block: Buffer, at: number): UstarHeader => {
    const header = decodeUstar(block);
    if (typeof header === 'string') throw faults.corrupt(header, at);
    return header;
  };

  const readContent = async (size: number, at: number): Promise<Buffer> => {
    if (size > maxPaxLength) throw faults.corrupt(`an extended header claims ${size} bytes`, at);
    const whole = Math.ceil(size / blockSize) * blockSize;
    const content = input.ready?.(whole) ?? (await input.upTo(whole));
    if (content.length < whole) throw faults.endsEarly(input.offset);
    if (!isZero(content.subarray(size))) throw faults.corrupt('the padding of an extended header is not zero', at);
    return content.subarray(0, size);
  };

  const readRecords = async (size: number, at: number): Promise<Map<string, string>> => {
    const records = decodePaxRecords(await readContent(size, at));
    if (records === undefined) throw faults.corrupt('a pax record is malformed', at);
    return records;
  };

  return {
    async next() {
      const announced: Announced = {};
      const once = (key: keyof Announced, at: number) => {
        if (announced[key] !== undefined) throw faults.corrupt('a member has the same extended header twice', at);
      };
      for (let first = true; ; first = false) {
        const at = input.offset;
        const block = input.ready?.(blockSize);
        const header = block !== undefined && !isZero(block) ? decode(block, at) : await readBlock(first, at, block);
        if (header === undefined) return undefined;
        if (header.flag === 'x') {
          once('pax', at);
          announced.pax = await readRecords(header.size, at);
        } else if (header.flag === 'g') {
          globalBytes += header.size;
          if (globalBytes > maxGlobalLength) throw faults.corrupt('the global headers are too long', at);
          for (const [key, value] of await readRecords(header.size, at)) globals.set(key, value);
        } else if (header.flag === 'L') {
          once('longName', at);
          announced.longName = untilNul(await readContent(header.size, at));
        } else if (header.flag === 'K') {
          once('longLink', at);
          announced.longLink = untilNul(await readContent(header.size, at));
        } else {
          const pax = globals.size === 0 ? (announced.pax ?? noRecords) : new Map([...globals, ...(announced.pax ?? [])]);
          return { entry: entryOf(header, announced, pax, faults, at), pax };
        }
      }
    },
  };
}

function entryOf(header: UstarHeader, announced: Announced, pax: PaxRecords, faults: Faults, at: number): TarEntry {
  // An empty record means: as if there were none.
  const record = (key: string) => pax.get(key) || undefined;
  const stored = record('path') ?? announced.longName ?? header.path;
  const path = stored.endsWith('/') ? stored.replace(/(?<=[^/])\/+$/, '') : stored;
  if (stored === '' || stored.includes('\0')) throw faults.corrupt('a member has no valid name', at);
  const parsed = (key: string, parse: (text: string) => number | undefined, otherwise: number) => {
    const text = record(key);
    const value = text === undefined ? otherwise : parse(text);
    if (value === undefined) throw faults.corrupt(`the pax record ${key} is malformed`, at, path);
    return value;
  };
  const flagged = typesByFlag.get(header.flag);
  if (flagged === undefined) throw faults.unsupported(`it holds a member of the unknown type ${JSON.stringify(header.flag)}`, path);
  for (const key of pax.keys()) if (key.startsWith('GNU.sparse.')) throw faults.unsupported('it holds a sparse file', path);
  // Before POSIX, a directory was a file whose name ends in a slash.
  const type = header.flag === '\0' && stored.endsWith('/') ? 'directory' : flagged;
  const size = parsed('size', parsePaxInteger, header.size);
  const userName = record('uname') ?? header.userName;
  const groupName = record('gname') ?? header.groupName;
  const linkPath = record('linkpath') ?? announced.longLink ?? header.linkPath;
  if (linkPath.includes('\0')) throw faults.corrupt('a link has no valid target', at, path);
  return {
    path,
    type,
    // Links, folders and devices have no content, whatever the field says; some old writers put the linked file's size there.
    size: type === 'file' ? size : 0,
    mode: header.mode,
    mtime: parsed('mtime', parsePaxTime, header.mtime),
    uid: parsed('uid', parsePaxInteger, header.uid),
    gid: parsed('gid', parsePaxInteger, header.gid),
    ...(userName === '' ? {} : { userName }),
    ...(groupName === '' ? {} : { groupName }),
    ...(type === 'symlink' || type === 'hardlink' ? { linkPath } : {}),
  };
}

function untilNul(content: Buffer): string {
  const end = content.indexOf(0);
  return decodeName(end < 0 ? content : content.subarray(0, end));
}
