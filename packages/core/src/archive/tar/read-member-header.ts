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
  /** The next member's header blocks, all of them; `undefined` at the end blocks, which are consumed. Waits only where there is something to wait for. */
  next(): MemberHeader | undefined | Promise<MemberHeader | undefined>;
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

/** Of the headers that say something of the one that follows. */
const extendedFlags = 'xgLK';

/** What stands before a member and changes how its header is read. */
interface Announced {
  readonly pax: PaxRecords | undefined;
  readonly longName: string | undefined;
  readonly longLink: string | undefined;
}

const nothingAnnounced: Announced = { pax: undefined, longName: undefined, longLink: undefined };

/**
 * Reads tar headers strictly: ustar, pax `x` and `g`, GNU `L` and `K`. `mayLackEnd` is asked where the input
 * ends between two members without end blocks.
 */
export function headerReader(input: HeaderInput, faults: Faults, mayLackEnd: () => boolean = () => false): HeaderReader {
  const globals = new Map<string, string>();
  let globalBytes = 0;

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

  const once = (announced: unknown, at: number) => {
    if (announced !== undefined) throw faults.corrupt('a member has the same extended header twice', at);
  };

  const member = (header: UstarHeader, announced: Announced, at: number): MemberHeader => {
    const pax = globals.size === 0 ? (announced.pax ?? noRecords) : new Map([...globals, ...(announced.pax ?? [])]);
    return { entry: entryOf(header, announced, pax, faults, at), pax };
  };

  /** The header block behind an extended header and its content. */
  const readFollowing = async (at: number): Promise<UstarHeader> => {
    const block = input.ready?.(blockSize) ?? (await input.upTo(blockSize));
    if (block.length < blockSize) throw faults.endsEarly(at + block.length);
    if (isZero(block)) throw faults.corrupt('a header belongs where the end of the archive is', at);
    return decode(block, at);
  };

  /** What begins with an extended header: that, and those that follow, up to the member's own. */
  const readExtended = async (extended: UstarHeader, extendedAt: number): Promise<MemberHeader> => {
    const announced: { -readonly [Key in keyof Announced]: Announced[Key] } = { ...nothingAnnounced };
    let header = extended;
    let at = extendedAt;
    while (extendedFlags.includes(header.flag)) {
      if (header.flag === 'x') {
        once(announced.pax, at);
        announced.pax = await readRecords(header.size, at);
      } else if (header.flag === 'g') {
        globalBytes += header.size;
        if (globalBytes > maxGlobalLength) throw faults.corrupt('the global headers are too long', at);
        for (const [key, value] of await readRecords(header.size, at)) globals.set(key, value);
      } else if (header.flag === 'L') {
        once(announced.longName, at);
        announced.longName = untilNul(await readContent(header.size, at));
      } else {
        once(announced.longLink, at);
        announced.longLink = untilNul(await readContent(header.size, at));
      }
      at = input.offset;
      header = await readFollowing(at);
    }
    return member(header, announced, at);
  };

  const found = (header: UstarHeader, at: number): MemberHeader | Promise<MemberHeader> =>
    extendedFlags.includes(header.flag) ? readExtended(header, at) : member(header, nothingAnnounced, at);

  /** What begins with a block that is not at hand as a whole, or with one that may be the first of the end. */
  const readUnready = async (at: number, ready: Buffer | undefined): Promise<MemberHeader | undefined> => {
    const block = ready ?? (await input.upTo(blockSize));
    const blank = isZero(block);
    if (block.length < blockSize) {
      if (blank && mayLackEnd()) return undefined;
      throw faults.endsEarly(at + block.length);
    }
    if (!blank) return found(decode(block, at), at);
    const second = await input.upTo(blockSize);
    if (!isZero(second)) throw faults.corrupt('a lone zero block stands between two members', at);
    if (second.length < blockSize && !mayLackEnd()) throw faults.endsEarly(at + blockSize + second.length);
    return undefined;
  };

  return {
    next() {
      const at = input.offset;
      const block = input.ready?.(blockSize);
      return block === undefined || isZero(block) ? readUnready(at, block) : found(decode(block, at), at);
    },
  };
}

function entryOf(header: UstarHeader, announced: Announced, pax: PaxRecords, faults: Faults, at: number): TarEntry {
  const stored = recordIn(pax, 'path') ?? announced.longName ?? header.path;
  const path = stored.endsWith('/') ? stored.replace(/(?<=[^/])\/+$/, '') : stored;
  if (stored === '' || stored.includes('\0')) throw faults.corrupt('a member has no valid name', at);
  const number = (key: string, parse: (text: string) => number | undefined, otherwise: number) => {
    const text = recordIn(pax, key);
    const value = text === undefined ? otherwise : parse(text);
    if (value === undefined) throw faults.corrupt(`the pax record ${key} is malformed`, at, path);
    return value;
  };
  const flagged = typesByFlag.get(header.flag);
  if (flagged === undefined) throw faults.unsupported(`it holds a member of the unknown type ${JSON.stringify(header.flag)}`, path);
  if (pax.size > 0) {
    for (const key of pax.keys()) if (key.startsWith('GNU.sparse.')) throw faults.unsupported('it holds a sparse file', path);
  }
  // Before POSIX, a directory was a file whose name ends in a slash.
  const type = header.flag === '\0' && stored.endsWith('/') ? 'directory' : flagged;
  const size = number('size', parsePaxInteger, header.size);
  const linkPath = recordIn(pax, 'linkpath') ?? announced.longLink ?? header.linkPath;
  if (linkPath.includes('\0')) throw faults.corrupt('a link has no valid target', at, path);
  const entry: { -readonly [Key in keyof TarEntry]: TarEntry[Key] } = {
    path,
    type,
    // Links, folders and devices have no content, whatever the field says; some old writers put the linked file's size there.
    size: type === 'file' ? size : 0,
    mode: header.mode,
    mtime: number('mtime', parsePaxTime, header.mtime),
    uid: number('uid', parsePaxInteger, header.uid),
    gid: number('gid', parsePaxInteger, header.gid),
  };
  const userName = recordIn(pax, 'uname') ?? header.userName;
  const groupName = recordIn(pax, 'gname') ?? header.groupName;
  if (userName !== '') entry.userName = userName;
  if (groupName !== '') entry.groupName = groupName;
  if (type === 'symlink' || type === 'hardlink') entry.linkPath = linkPath;
  return entry;
}

/** An empty record means: as if there were none. */
function recordIn(pax: PaxRecords, key: string): string | undefined {
  return pax.size === 0 ? undefined : pax.get(key) || undefined;
}

function untilNul(content: Buffer): string {
  const end = content.indexOf(0);
  return decodeName(end < 0 ? content : content.subarray(0, end));
}
