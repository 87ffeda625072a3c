import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where an index is kept while it is written. */
export interface PageSink {
  append(bytes: Uint8Array): Promise<void>;
}

/** ... and read from once it is finished. */
export interface PageSpool extends PageSink, AsyncDisposable {
  /** All that was appended. May be called again. */
  bytes(): AsyncGenerator<Uint8Array, void, undefined>;
  /** Up to `length` bytes from `offset` on; fewer only at the end. */
  read(offset: number, length: number): Promise<Buffer>;
}

const memoryBytes = 4 * 1024 * 1024;
const readBytes = 256 * 1024;

/** Keeps up to 4 MiB in memory, and what is more in a file without a name in `folder`, which is gone with the process. */
export function openPageSpool(folder: string): PageSpool {
  let held: Uint8Array[] = [];
  let size = 0;
  let file: FileHandle | undefined;
  let path: string | undefined;

  const read = async (offset: number, length: number): Promise<Buffer> => {
    const wanted = Math.max(0, Math.min(length, size - offset));
    if (file === undefined) {
      held = [Buffer.concat(held)];
      return Buffer.from(held[0]?.subarray(offset, offset + wanted) ?? []);
    }
    const buffer = Buffer.allocUnsafe(wanted);
    let got = 0;
    while (got < wanted) {
      const { bytesRead } = await file.read(buffer, got, wanted - got, offset + got);
      if (bytesRead === 0) break;
      got += bytesRead;
    }
    return buffer.subarray(0, got);
  };

  return {
    read,
    async append(bytes) {
      if (file === undefined && size + bytes.length <= memoryBytes) held.push(bytes);
      else {
        if (file === undefined) {
          await mkdir(folder, { recursive: true, mode: 0o700 });
          path = join(folder, `index-${randomBytes(8).toString('hex')}`);
          file = await open(path, 'wx+', 0o600);
          // Windows keeps the name until the end.
          if (process.platform !== 'win32') await rm(path);
          await writeAll(file, Buffer.concat(held), 0);
          held = [];
        }
        await writeAll(file, bytes, size);
      }
      size += bytes.length;
    },
    async *bytes() {
      for (let offset = 0; offset < size; offset += readBytes) yield await read(offset, readBytes);
    },
    async [Symbol.asyncDispose]() {
      held = [];
      await file?.close();
      if (path !== undefined) await rm(path, { force: true });
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}
