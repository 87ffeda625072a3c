import { constants, crc32, deflateRawSync } from 'node:zlib';
import { encodeGzipHeader } from './gzip-header.js';
import type { RestartBlocks } from './restart-blocks.js';

export interface BlockedGzip {
  readonly packed: Buffer;
  readonly blocks: RestartBlocks;
}

/** A gzip stream in blocks of `blockSize` bytes, as an index describes it. Level 0 stores. */
export function gzipInBlocks(content: Uint8Array, blockSize: number, level = 6): BlockedGzip {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += blockSize) {
    parts.push(deflateRawSync(content.subarray(at, at + blockSize), { level, finishFlush: constants.Z_FULL_FLUSH }));
  }
  return aroundBlocks(parts, content, blockSize);
}

/** Puts these blocks, whatever they are, into a stream that claims to be `content`. */
export function aroundBlocks(parts: readonly Buffer[], content: Uint8Array, blockSize: number): BlockedGzip {
  const header = encodeGzipHeader({ level: 6, mtime: 0, fileName: 'data.tar' });
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return {
    packed: Buffer.concat([header, ...parts, Buffer.of(3, 0), trailer]),
    blocks: { headerLength: header.length, blockSize, sizes: parts.map((part) => part.length) },
  };
}
