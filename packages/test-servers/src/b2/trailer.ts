/** What came behind a body. */
export interface Trailer {
  text: string;
}

/** The first `size` bytes of what comes; the rest becomes the trailer. */
export async function* withoutTrailer(source: AsyncIterable<Buffer>, size: number, trailer: Trailer): AsyncGenerator<Buffer> {
  let left = size;
  for await (const chunk of source) {
    if (left > 0) yield left < chunk.length ? chunk.subarray(0, left) : chunk;
    if (left < chunk.length) trailer.text += chunk.subarray(left).toString('latin1');
    left = Math.max(0, left - chunk.length);
  }
}
