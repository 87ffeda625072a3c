import type { FileHandle } from 'node:fs/promises';
import { type BodyPiece, ProviderError } from '@holdfast/core/provider-api';

const blockSize = 1024 * 1024;

/**
 * Writes a body to a new file, each piece where it belongs. `onProgress` is awaited after each write with the
 * number of bytes so far. Returns the size.
 */
export async function writePieces(
  file: FileHandle,
  pieces: AsyncIterable<BodyPiece>,
  onProgress: (written: number) => Promise<void>,
): Promise<number> {
  const blocks = createBlockWriter(file);
  let hole: { readonly offset: number; readonly length: number } | undefined;
  try {
    for await (const piece of pieces) {
      switch (piece.type) {
        case 'data':
          await blocks.append(piece.bytes);
          break;
        case 'hole':
          if (hole !== undefined) throw brokenBody('a hole is opened before the one before it is filled');
          hole = { offset: blocks.position(), length: piece.length };
          await blocks.skip(piece.length);
          break;
        case 'fill':
          if (hole?.offset !== piece.offset || hole.length !== piece.bytes.length) throw brokenBody('what fills a hole does not fit it');
          await writeAll(file, piece.bytes, piece.offset);
          hole = undefined;
          break;
      }
      await onProgress(blocks.position());
    }
    if (hole !== undefined) throw brokenBody('it ends before its hole is filled');
    await blocks.finish();
    return blocks.position();
  } finally {
    await blocks.settle();
  }
}

/** Writes all of the bytes at a place in the file; one call of the system may take fewer. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** So many writes may be under way: while the system is at one, the next chunks are fetched. */
const writesAtOnce = 2;

/** Gathers chunks (a tar header has 512 bytes, a deflated block a tenth of a megabyte) into writes worth the trip to another thread. Nobody changes a chunk once it was given. */
function createBlockWriter(file: FileHandle) {
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let written = 0;

  async function writeHeld(): Promise<void> {
    if (heldBytes === 0) return;
    const writing = writeChunks(file, held, heldBytes, written)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => underWay.delete(writing));
    underWay.add(writing);
    written += heldBytes;
    held = [];
    heldBytes = 0;
    if (underWay.size >= writesAtOnce) await Promise.race(underWay);
    if (failure !== undefined) throw failure.error;
  }

  return {
    position: () => written + heldBytes,
    /** Waits for all writes, whether they succeed or not: the file may be closed then. */
    async settle(): Promise<void> {
      await Promise.all(underWay);
    },
    async finish(): Promise<void> {
      await writeHeld();
      await Promise.all(underWay);
      if (failure !== undefined) throw failure.error;
    },
    async append(bytes: Uint8Array): Promise<void> {
      held.push(bytes);
      heldBytes += bytes.length;
      if (heldBytes >= blockSize) await writeHeld();
    },
    async skip(length: number): Promise<void> {
      await writeHeld();
      written += length;
    },
  };
}

/** Writes chunks one after the other, from `position` on. */
async function writeChunks(file: FileHandle, chunks: readonly Uint8Array[], length: number, position: number): Promise<void> {
  let { bytesWritten: done } = await file.writev(chunks, position);
  if (done === length) return;
  for (const chunk of chunks) {
    // One call of the system may take fewer.
    const rest = chunk.subarray(Math.min(done, chunk.length));
    done -= chunk.length - rest.length;
    if (rest.length > 0) await writeAll(file, rest, position + chunk.length - rest.length);
    position += chunk.length;
  }
}

function brokenBody(reason: string): ProviderError {
  return new ProviderError('internal', `The body to store breaks its contract: ${reason}.`);
}
