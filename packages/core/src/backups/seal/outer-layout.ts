import { backupFileFaults } from '../../archive/faults.js';
import { memberName } from '../../archive/outer-members.js';
import type { ReadRange } from '../../archive/scan-backup.js';
import { type HeaderInput, headerReader } from '../../archive/tar/read-member-header.js';
import { blockSize } from '../../archive/tar/ustar-header.js';
import { isHoldfastError } from '../../base/errors.js';
import { readFully } from './checked-range.js';

/** A member of the outer tar as its header tells it, whether that is true or not. */
export interface OuterMember {
  /** Without a leading `./`. */
  readonly name: string;
  /** Of its content in the file, bytes. */
  readonly offset: number;
  readonly size: number;
  /** The first bytes of its content, as many as the longest encryption header has. */
  readonly start: Buffer;
}

export interface OuterLayout {
  readonly members: readonly OuterMember[];
  /** `cut`: the file ends before the tar does. `unreadable`: what stands at `at` is no header. */
  readonly end: 'whole' | 'cut' | 'unreadable';
  readonly at: number;
}

const longestHeader = 136;
const windowBytes = 16 * 1024;
const maxMembers = 10_000;

/** Follows the outer headers as far as they lead. Unlike a scan for reading, it takes a changed file as it is. */
export async function readLayout(read: ReadRange, size: number): Promise<OuterLayout> {
  const input = new WindowInput(read, size);
  const headers = headerReader(input, backupFileFaults);
  const members: OuterMember[] = [];
  for (;;) {
    const at = input.offset;
    try {
      const header = await headers.next();
      if (header === undefined) return { members, end: 'whole', at };
      if (members.length === maxMembers) return { members, end: 'unreadable', at };
      const { offset } = input;
      const start = Buffer.from(await input.upTo(Math.min(longestHeader, header.entry.size)));
      members.push({ name: memberName(header.entry.path), offset, size: header.entry.size, start });
      const next = offset + Math.ceil(header.entry.size / blockSize) * blockSize;
      if (next > size) return { members, end: 'cut', at: size };
      input.offset = next;
    } catch (error) {
      if (isHoldfastError(error, 'truncated')) return { members, end: 'cut', at: size };
      if (isHoldfastError(error)) return { members, end: 'unreadable', at };
      throw error;
    }
  }
}

/** Small reads come out of one window. */
class WindowInput implements HeaderInput {
  offset = 0;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;

  constructor(
    private readonly read: ReadRange,
    private readonly size: number,
  ) {}

  async upTo(length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - this.offset));
    const from = this.offset - this.#windowAt;
    if (from < 0 || from + wanted > this.#window.length) {
      this.#window = await readFully(this.read, this.offset, Math.min(Math.max(wanted, windowBytes), this.size - this.offset));
      this.#windowAt = this.offset;
    }
    const start = this.offset - this.#windowAt;
    const bytes = this.#window.subarray(start, start + wanted);
    this.offset += bytes.length;
    return bytes;
  }
}
