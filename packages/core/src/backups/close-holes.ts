import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BodyPiece } from '../provider-api/index.js';

const readBytes = 256 * 1024;

/**
 * A body without holes, for a location that can't take any: from an open hole on, bytes wait in a file until it is filled.
 * Needs as much room in `spoolFolder` as the largest inner archive.
 */
export async function* closeHoles(body: AsyncIterable<BodyPiece>, spoolFolder: string): AsyncGenerator<Uint8Array, void, undefined> {
  await using spool = await openSpool(spoolFolder);
  let holeOffset: number | undefined;
  let offset = 0;
  for await (const piece of body) {
    if (piece.type === 'fill') {
      await spool.write(piece.bytes, piece.offset - (holeOffset ?? 0));
      yield* spool.takeAll();
      holeOffset = undefined;
      continue;
    }
    const length = piece.type === 'hole' ? piece.length : piece.bytes.length;
    if (piece.type === 'hole') holeOffset = offset;
    else if (holeOffset === undefined) yield piece.bytes;
    else await spool.write(piece.bytes, offset - holeOffset);
    offset += length;
  }
}

interface Spool extends AsyncDisposable {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Its bytes from the start; empties it. */
  takeAll(): AsyncGenerator<Uint8Array, void, undefined>;
}

async function openSpool(folder: string): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `spool-${randomBytes(8).toString('hex')}`);
  const file = await open(path, 'wx+', 0o600);
  // Without a name it is gone with the process, however that ends. Windows keeps the name until the end.
  if (process.platform !== 'win32') await rm(path);
  return {
    write: (bytes, position) => writeAll(file, bytes, position),
    async *takeAll() {
      for (let position = 0; ; ) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(readBytes), 0, readBytes, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      await file.truncate(0);
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}
