import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BodyPiece } from '../../provider-api/index.js';
import type { SpoolBudget } from './spool-budget.js';

/** A file that is read to its end goes, so what waits never takes much more room than it has bytes. */
const segmentBytes = 32 * 1024 * 1024;
/** A piece's kind, the length of its bytes, and where it is filled in or how long the hole is. */
const headerBytes = 1 + 4 + 8;
const kinds = ['data', 'hole', 'fill'] as const;

interface Segment {
  readonly path: string;
  readonly file: FileHandle;
  written: number;
  read: number;
}

/** Pieces of a backup in files of the data directory, first in, first out. */
export class PieceSpool implements AsyncDisposable {
  /** How many pieces it holds. */
  length = 0;
  readonly #folder: string;
  readonly #budget: SpoolBudget;
  #segments: Segment[] = [];
  #writing: Promise<boolean> | undefined;
  #reading: Promise<BodyPiece | undefined> | undefined;
  #closed = false;

  constructor(folder: string, budget: SpoolBudget) {
    this.#folder = folder;
    this.#budget = budget;
  }

  /** @returns whether there was room for it */
  async push(piece: BodyPiece): Promise<boolean> {
    if (this.#closed) return true;
    // What can't be written, since the disk is full, say, is this reader's trouble alone.
    this.#writing = this.#append(piece).catch(() => false);
    const isWritten = await this.#writing;
    this.#writing = undefined;
    return isWritten;
  }

  async shift(): Promise<BodyPiece | undefined> {
    if (this.#closed) return undefined;
    this.#reading = this.#take();
    try {
      return await this.#reading;
    } finally {
      this.#reading = undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([this.#writing, this.#reading]);
    const segments = this.#segments;
    this.#segments = [];
    this.length = 0;
    for (const segment of segments) await this.#remove(segment);
  }

  async #append(piece: BodyPiece): Promise<boolean> {
    const bytes = piece.type === 'hole' ? new Uint8Array(0) : piece.bytes;
    const header = Buffer.alloc(headerBytes);
    header.writeUInt8(kinds.indexOf(piece.type), 0);
    header.writeUInt32LE(bytes.length, 1);
    header.writeDoubleLE(piece.type === 'hole' ? piece.length : piece.type === 'fill' ? piece.offset : 0, 5);
    const size = headerBytes + bytes.length;
    if (!this.#budget.take(size)) return false;
    let segment: Segment;
    try {
      segment = await this.#segmentToWrite();
      await writeAll(segment, header, bytes);
    } catch (error) {
      this.#budget.give(size);
      throw error;
    }
    segment.written += size;
    this.length += 1;
    return true;
  }

  async #take(): Promise<BodyPiece | undefined> {
    let [segment] = this.#segments;
    while (segment !== undefined && segment.read === segment.written && this.#segments.length > 1) {
      this.#segments.shift();
      await this.#remove(segment);
      [segment] = this.#segments;
    }
    if (segment === undefined || this.length === 0) return undefined;
    const header = await readFully(segment, segment.read, headerBytes);
    const bytes = await readFully(segment, segment.read + headerBytes, header.readUInt32LE(1));
    segment.read += headerBytes + bytes.length;
    this.length -= 1;
    const isWrittenTo = this.#writing !== undefined && segment === this.#segments.at(-1);
    if (segment.read === segment.written && !isWrittenTo) {
      this.#segments.shift();
      await this.#remove(segment);
    }
    const number = header.readDoubleLE(5);
    const kind = kinds[header.readUInt8(0)];
    if (kind === 'hole') return { type: 'hole', length: number };
    return kind === 'fill' ? { type: 'fill', offset: number, bytes } : { type: 'data', bytes };
  }

  async #segmentToWrite(): Promise<Segment> {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.written < segmentBytes) return last;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, `spool-${randomBytes(8).toString('hex')}`);
    const file = await open(path, 'wx+', 0o600);
    const segment: Segment = { path, file, written: 0, read: 0 };
    this.#segments.push(segment);
    // Without a name it is gone with the process, however that ends. Windows keeps the name until the end.
    if (process.platform !== 'win32') await rm(path);
    return segment;
  }

  async #remove({ file, path, written }: Segment): Promise<void> {
    this.#budget.give(written);
    await file.close();
    await rm(path, { force: true });
  }
}

async function writeAll({ file, written }: Segment, header: Uint8Array, bytes: Uint8Array): Promise<void> {
  let position = written;
  for (const part of [header, bytes]) {
    for (let at = 0; at < part.length; ) {
      const { bytesWritten } = await file.write(part, at, part.length - at, position);
      at += bytesWritten;
      position += bytesWritten;
    }
  }
}

async function readFully({ file }: Segment, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) throw new Error('A spool file is shorter than it was.');
    at += bytesRead;
  }
  return bytes;
}
