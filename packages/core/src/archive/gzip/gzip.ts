import { crc32, createDeflateRaw } from 'node:zlib';
import type { ByteSource } from '../../base/byte-reader.js';
import { throughTransform } from '../../base/through-transform.js';
import { chunkSize } from '../chunks.js';
import { encodeGzipHeader, gzipTrailerLength } from './gzip-header.js';

export interface GzipOptions {
  /** 1 (fast) to 9 (small). */
  readonly level: number;
  /** Seconds since 1970; default 0, which means unknown. */
  readonly mtime?: number;
  /** The name of what is compressed; default empty. */
  readonly fileName?: string;
}

/** Compresses to gzip of exactly one member without FEXTRA, as Home Assistant's readers need it (format 1.1). */
export async function* gzip(source: ByteSource, options: GzipOptions): AsyncGenerator<Buffer, void, undefined> {
  let crc = 0;
  let size = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
  };
  yield encodeGzipHeader({ level: options.level, mtime: options.mtime ?? 0, fileName: options.fileName ?? '' });
  yield* throughTransform(counted(), createDeflateRaw({ level: options.level, chunkSize }));
  const trailer = Buffer.alloc(gzipTrailerLength);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield trailer;
}
