import type { RestartBlocks } from '../gzip/restart-blocks.js';
import type { TarEntry } from '../tar/tar-entry.js';

/** How an inner archive is stored in the backup file. */
export type ArchiveFormat = 'plain' | 'securetar-1' | 'securetar-2' | 'securetar-3';

/** All that is needed to read any part of one inner archive by a range read. */
export interface IndexedArchive {
  /** The outer member's name. */
  readonly member: string;
  /** Where the member's content starts in the backup file, bytes. */
  readonly offset: number;
  /** Bytes of the member as stored, encryption header and padding included. */
  readonly size: number;
  readonly format: ArchiveFormat;
  /** Bytes after decryption: of the `.tar.gz` or `.tar`. */
  readonly plaintextSize: number;
  /** Whether it is compressed. */
  readonly gzip: boolean;
  /** Where its gzip stream can be entered; absent for one that was written without restart points. */
  readonly blocks?: RestartBlocks;
  /** Versions 1 and 2: the 16 bytes of salt. */
  readonly salt?: Uint8Array;
  /** Version 3: the saved state of its stream, so that reading in the middle needs neither Argon2id nor what stands before. */
  readonly stream?: StreamState;
}

/** The state of a version 3 stream at each of its 1 MiB pieces (format 7.4). */
export interface StreamState {
  /** `k`: 32 bytes, HChaCha20 of the stream key and the header's first 16 bytes. */
  readonly key: Uint8Array;
  /** `n8` before each piece, 8 bytes each, one after the other. The counter before piece i (from 0) is i + 1. */
  readonly nonces: Uint8Array;
}

/** One entry of an inner archive. */
export interface IndexedEntry {
  /** As the tar has it: with the archive's own prefix. */
  readonly entry: TarEntry;
  /** Where its content starts in the unpacked tar, bytes. */
  readonly offset: number;
  /** SHA-256 of a file's content, hexadecimal (a text, because making a Buffer costs more than the digest of a small file). */
  readonly sha256?: string;
}
