import type { Stats } from 'node:fs';
import type { FileAttributes, FileContent } from '../file-content.js';
import type { TarBlocks } from '../tar-blocks.js';

/** A file that was read already: its numbers from `at` on, and its content in `room`. */
export class PrefetchedFile implements FileContent, FileAttributes {
  readonly size: number;
  readonly mtimeMs: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  #next: number;

  static write(numbers: Float64Array, at: number, start: number, { size, mtimeMs, mode, uid, gid }: Stats): void {
    numbers[at] = start;
    numbers[at + 1] = size;
    numbers[at + 2] = mtimeMs;
    numbers[at + 3] = mode;
    numbers[at + 4] = uid;
    numbers[at + 5] = gid;
  }

  constructor(
    numbers: Float64Array,
    at: number,
    private readonly room: Buffer,
  ) {
    this.#next = numbers[at] ?? 0;
    this.size = numbers[at + 1] ?? 0;
    this.mtimeMs = numbers[at + 2] ?? 0;
    this.mode = numbers[at + 3] ?? 0;
    this.uid = numbers[at + 4] ?? 0;
    this.gid = numbers[at + 5] ?? 0;
  }

  readInto(blocks: TarBlocks, limit: number): Buffer {
    const bytes = blocks.copyFrom(this.room, this.#next, limit);
    this.#next += bytes.length;
    return bytes;
  }

  hasChanged(): boolean {
    return false;
  }

  close(): void {}
}
