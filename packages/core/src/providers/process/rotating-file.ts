import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from '../../base/atomic-file.js';

export interface RotatingFileOptions {
  readonly path: string;
  /** Bytes of one file, and how many there are: `path`, `path.1` and so on, the newest first. */
  readonly size: number;
  readonly files: number;
  /** It could not be written, which is no reason to fail. Told once. */
  readonly onError: (error: unknown) => void;
}

/** A file of lines that never takes more than its share of the disk. */
export interface RotatingFile extends AsyncDisposable {
  /** Lines are written soon, together with those that came meanwhile. */
  append(line: string): void;
}

export function openRotatingFile({ path, size, files, onError }: RotatingFileOptions): RotatingFile {
  let pending = '';
  let written: number | undefined;
  let failed = false;
  let writing: Promise<void> = Promise.resolve();

  async function writePending(): Promise<void> {
    if (pending === '' || failed) return;
    const text = pending;
    pending = '';
    written ??= await prepare(path);
    const bytes = Buffer.byteLength(text);
    if (written > 0 && written + bytes > size) {
      await rotate(path, files);
      written = 0;
    }
    await appendFile(path, text, { mode: 0o600 });
    written += bytes;
  }

  return {
    append(line) {
      // What waits for a disk that is slower than who logs fits into one file; the rest is dropped.
      if (pending.length + line.length >= size) return;
      pending += `${line}\n`;
      if (pending.length > line.length + 1) return;
      writing = writing.then(writePending).catch((error: unknown) => {
        if (!failed) onError(error);
        failed = true;
        pending = '';
      });
    },
    async [Symbol.asyncDispose]() {
      await writing;
    },
  };
}

/** Makes the folder; returns how much is in the file. */
async function prepare(path: string): Promise<number> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 0;
    throw error;
  }
}

async function rotate(path: string, files: number): Promise<void> {
  const names = [path, ...Array.from({ length: files - 1 }, (_, index) => `${path}.${index + 1}`)];
  await rm(names.at(-1) ?? path, { force: true });
  for (let index = names.length - 2; index >= 0; index -= 1) {
    await rename(names[index] ?? path, names[index + 1] ?? path).catch((error: unknown) => {
      if (!isErrno(error, 'ENOENT')) throw error;
    });
  }
}
