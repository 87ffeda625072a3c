import { type BodyPiece, ProviderError } from '@holdfast/core/provider-api';

/** Gathers plain bytes. Each call of `add` copies, as the bytes may be used again by who gave them. */
export function gatherBytes() {
  const chunks: Buffer[] = [];
  return {
    chunks,
    add(bytes: Uint8Array): void {
      const last = chunks.at(-1);
      // The same bytes again take no more room, so a body of any length fits that says little.
      chunks.push(last?.equals(bytes) === true ? last : Buffer.from(bytes));
    },
  };
}

/** Gathers pieces: a hole is a chunk whose bytes come later. */
export function gatherPieces() {
  const { chunks, add } = gatherBytes();
  let position = 0;
  let hole: { readonly offset: number; readonly length: number; readonly index: number } | undefined;

  return {
    chunks,
    add(piece: BodyPiece): void {
      switch (piece.type) {
        case 'data':
          add(piece.bytes);
          position += piece.bytes.length;
          break;
        case 'hole':
          if (hole !== undefined) throw broken('a hole is opened before the one before it is filled');
          hole = { offset: position, length: piece.length, index: chunks.push(Buffer.alloc(0)) - 1 };
          position += piece.length;
          break;
        case 'fill':
          if (hole?.offset !== piece.offset || hole.length !== piece.bytes.length) throw broken('what fills a hole does not fit it');
          chunks[hole.index] = Buffer.from(piece.bytes);
          hole = undefined;
          break;
      }
    },
    finish(): void {
      if (hole !== undefined) throw broken('it ends before its hole is filled');
    },
  };
}

function broken(reason: string): ProviderError {
  return new ProviderError('internal', `The body to store breaks its contract: ${reason}.`);
}
