import type { ByteReader } from '../../base/byte-reader.js';
import type { ArchiveFormat, StreamState } from '../index/archive-index.js';
import type { RootKeys } from './root-keys.js';

/** What is told about the member of a backup that holds an inner archive. */
export interface EncryptedMember {
  readonly name: string;
  /** Bytes as stored. */
  readonly size: number;
  /** Bytes after decryption, where the outer tar tells it (format 6.3). */
  readonly plaintextSize?: number;
}

export interface UnlockOptions {
  /** The root keys of version 3: one for all archives of a backup saves a key derivation for each. */
  readonly rootKeys?: RootKeys;
  /** Called when it is found, at the end, that a size is stated that older writers rounded down (format 5). */
  onNote?(code: 'size-rounded'): void;
}

/** What an index keeps of an encrypted archive, so that its middle can be read. */
export interface CipherStorage {
  /** Versions 1 and 2. */
  readonly salt?: Buffer;
  /** Version 3. */
  readonly stream?: StreamState;
}

export interface UnlockedArchive {
  readonly format: ArchiveFormat;
  /** Which of the candidates opened it; `undefined` if it is not encrypted. */
  readonly password: string | undefined;
  /** False if a wrong key may have looked right by chance: then it fails as `corrupt` inside the compressed data (format 8). */
  readonly sure: boolean;
  /** The inner `.tar.gz` or `.tar`, byte for byte, and without any padding. */
  readonly plaintext: ByteReader;
  /** Bytes of it, where that is known beforehand. Versions 1 and 2: as stated, which may be up to 15 below the truth. */
  readonly plaintextSize: number | undefined;
  /** To be asked for when all was read. */
  storage(): CipherStorage;
}
