import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A file below the data folder. It goes with the last body that uses it. */
interface StoredFile {
  readonly path: string;
  uses: number;
}

interface Segment {
  readonly file: StoredFile;
  readonly offset: number;
  readonly length: number;
}

/** The bytes of a stored file or part: some ranges of files, one behind the other. */
export interface Body {
  readonly segments: readonly Segment[];
  /** Bytes. */
  readonly size: number;
}

const bytesAtOnce = 1 << 20;

/** The bytes of everything that is stored. */
export class StoredBytes implements AsyncDisposable {
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(parent: string): Promise<StoredBytes> {
    return new StoredBytes(await mkdtemp(join(parent, 'b2-server-')));
  }

  /** Stores what comes, no faster than it is written. On an error of `source` nothing stays. */
  async receive(source: AsyncIterable<Buffer>): Promise<{ readonly body: Body; readonly sha1: string }> {
    const path = join(this.#folder, String((this.#count += 1)));
    const hash = createHash('sha1');
    const handle = await open(path, 'w');
    let size = 0;
    let pending: Buffer[] = [];
    let pendingBytes = 0;
    try {
      for await (const chunk of source) {
        hash.update(chunk);
        size += chunk.length;
        pendingBytes += chunk.length;
        pending.push(chunk);
        if (pendingBytes < bytesAtOnce) continue;
        await handle.writev(pending);
        pending = [];
        pendingBytes = 0;
      }
      if (pending.length > 0) await handle.writev(pending);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return { body: { segments: [{ file: { path, uses: 1 }, offset: 0, length: size }], size }, sha1: hash.digest('hex') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A range of a body, which shares its files. */
export function sliceOf(body: Body, offset: number, length: number): Body {
  const segments = [...rangesOf(body, offset, length)];
  for (const { file } of segments) file.uses += 1;
  return { segments, size: length };
}

/** One body behind the other, sharing their files. */
export function joined(bodies: readonly Body[]): Body {
  const segments = bodies.flatMap((body) => body.segments);
  for (const { file } of segments) file.uses += 1;
  return { segments, size: bodies.reduce((sum, body) => sum + body.size, 0) };
}

/** Removes the files that no other body uses. */
export function release(body: Body): void {
  for (const { file } of body.segments) {
    file.uses -= 1;
    if (file.uses === 0) rmSync(file.path, { force: true });
  }
}

/** Reads a range, which must lie inside. A reader that has begun gets its bytes also if the body is released meanwhile, on systems that allow it. */
export async function* read(body: Body, offset = 0, length = body.size): AsyncGenerator<Buffer> {
  for (const segment of rangesOf(body, offset, length)) {
    const handle = await open(segment.file.path);
    try {
      for (let at = 0; at < segment.length; ) {
        const buffer = Buffer.allocUnsafe(Math.min(bytesAtOnce, segment.length - at));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, segment.offset + at);
        if (bytesRead === 0) throw new Error(`${segment.file.path} is shorter than what was stored`);
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      await handle.close();
    }
  }
}

export async function sha1Of(body: Body): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of read(body)) hash.update(chunk);
  return hash.digest('hex');
}

/** Changes one stored byte. */
export function flipByte(body: Body, offset: number): void {
  const [segment] = rangesOf(body, offset, 1);
  if (segment === undefined) throw new RangeError(`The file has no byte ${offset}`);
  const file = openSync(segment.file.path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, segment.offset);
  byte.writeUInt8(byte.readUInt8() ^ 0xff);
  writeSync(file, byte, 0, 1, segment.offset);
  closeSync(file);
}

function* rangesOf({ segments }: Body, offset: number, length: number): Generator<Segment> {
  let start = 0;
  for (const segment of segments) {
    const from = Math.max(offset, start);
    const to = Math.min(offset + length, start + segment.length);
    if (from < to) yield { file: segment.file, offset: segment.offset + from - start, length: to - from };
    start += segment.length;
  }
}
