/** The longest content of one stored deflate block (RFC 1951, 3.2.4). */
const maxStored = 0xffff;
const headerLength = 5;

/** Content as stored deflate blocks, none of them the last of the stream. To stand where the stream is at a byte border. `into`: memory that nobody needs any more. */
export function storeBlock(content: Uint8Array, into?: Buffer): Buffer {
  const pieces = Math.max(1, Math.ceil(content.length / maxStored));
  const size = content.length + pieces * headerLength;
  const stored = into !== undefined && into.length >= size ? into.subarray(0, size) : Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (let from = 0; at < stored.length; from += maxStored) {
    const length = Math.min(maxStored, content.length - from);
    stored[at] = 0;
    stored.writeUInt16LE(length, at + 1);
    stored.writeUInt16LE(length ^ 0xffff, at + 3);
    stored.set(content.subarray(from, from + length), at + headerLength);
    at += headerLength + length;
  }
  return stored;
}
