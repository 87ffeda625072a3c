import { inflateRaw, inflateRawSync } from 'node:zlib';
import { deflateEnd } from './restart-blocks.js';

const storedHeaderLength = 5;

/**
 * Unpacks deflate data that ends on a byte and between two deflate blocks, none of them marked as the last. `undefined` if it is
 * anything else, or more than `limit` bytes unpacked. Done on the thread pool, but for what is stored only, which is cut out.
 */
export async function unpackBlock(packed: Buffer, limit: number): Promise<Buffer | undefined> {
  const stored = storedParts(packed);
  if (stored !== undefined) return joined(stored, limit);
  return inflateBlock(packed, limit);
}

/** The same for what is not just stored. */
export function inflateBlock(packed: Buffer, limit: number): Promise<Buffer | undefined> {
  const whole = withEnd(packed);
  return new Promise((resolve) => {
    inflateRaw(whole, inflateOptions(limit), (error, result: unknown) => resolve(error === null ? inflated(result, whole) : undefined));
  });
}

/** The same at once. */
export function inflateBlockSync(packed: Buffer, limit: number): Buffer | undefined {
  const whole = withEnd(packed);
  try {
    return inflated(inflateRawSync(whole, inflateOptions(limit)), whole);
  } catch {
    return undefined;
  }
}

/** With an end put behind it the inflater has to come to an end exactly there, and tells by an error if it does not. */
function withEnd(packed: Buffer): Buffer {
  return Buffer.concat([packed, deflateEnd]);
}

function inflateOptions(limit: number) {
  // One byte more, or an inflater whose output is just full goes round once more.
  return { chunkSize: Math.max(limit + 1, 64), maxOutputLength: limit, info: true };
}

/** What inflating with `info` gives, which its types do not know; `undefined` unless all of `whole` was read. */
function inflated(result: unknown, whole: Buffer): Buffer | undefined {
  return isInflated(result) && result.engine.bytesWritten === whole.length ? result.buffer : undefined;
}

/** The content of deflate data that is nothing but stored blocks, where it stands; `undefined` if it is anything else. */
export function storedParts(packed: Buffer): readonly Buffer[] | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at < packed.length; ) {
    // Not the last block, of type 0; what fills up the byte may be anything.
    if (packed.length - at < storedHeaderLength || ((packed[at] ?? 0) & 0x07) !== 0) return undefined;
    const length = packed.readUInt16LE(at + 1);
    const start = at + storedHeaderLength;
    at = start + length;
    if ((length ^ packed.readUInt16LE(start - 2)) !== 0xffff || at > packed.length) return undefined;
    if (length > 0) parts.push(packed.subarray(start, at));
  }
  return parts;
}

function joined(parts: readonly Buffer[], limit: number): Buffer | undefined {
  const content = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  return content.length <= limit ? content : undefined;
}

function isInflated(result: unknown): result is { buffer: Buffer; engine: { bytesWritten: number } } {
  return typeof result === 'object' && result !== null && 'buffer' in result && 'engine' in result;
}
