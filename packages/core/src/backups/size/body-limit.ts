import type { BodyPiece } from '../../provider-api/index.js';

/** A body that fails as soon as it is longer than `limit` bytes. */
export async function* limited(
  body: AsyncIterable<BodyPiece>,
  limit: number | undefined,
  onPassed: (limit: number) => Error,
): AsyncGenerator<BodyPiece, void, undefined> {
  let length = 0;
  for await (const piece of body) {
    if (piece.type !== 'fill') length += piece.type === 'hole' ? piece.length : piece.bytes.length;
    if (limit !== undefined && length > limit) throw onPassed(limit);
    yield piece;
  }
}
