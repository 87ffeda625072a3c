import { closeSync, fstatSync, type Stats } from 'node:fs';
import type { TarBlocks } from './tar-blocks.js';

/** What a backup keeps of a file beside its content. */
export type FileAttributes = Pick<Stats, 'mode' | 'mtimeMs' | 'uid' | 'gid'>;

/** The content of a file that is at hand. */
export interface FileContent {
  /** Bytes that it had when it was looked at. */
  readonly size: number;
  /** Reads up to `limit` bytes into the blocks. Returns them; none at the end of the file. */
  readInto(blocks: TarBlocks, limit: number): Buffer;
  /** Whether it is another since it was looked at. */
  hasChanged(): boolean;
  close(): void;
}

/** Of an open file. */
export class OpenContent implements FileContent {
  constructor(
    private readonly file: number,
    private readonly stats: Stats,
  ) {}

  get size(): number {
    return this.stats.size;
  }

  readInto(blocks: TarBlocks, limit: number): Buffer {
    return blocks.readFrom(this.file, limit);
  }

  hasChanged(): boolean {
    const after = fstatSync(this.file);
    return after.size !== this.stats.size || after.mtimeMs !== this.stats.mtimeMs;
  }

  close(): void {
    closeSync(this.file);
  }
}
