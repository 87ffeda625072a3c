import type { ByteSource } from '../../base/byte-reader.js';
import type { CipherStorage } from './unlocked-archive.js';

/** How the inner archives of one backup are encrypted. */
export interface ArchiveEncryption {
  readonly format: 'securetar-2' | 'securetar-3';
  /** Bytes before the ciphertext. */
  readonly headerLength: number;
  /** For one inner archive. */
  begin(): ArchiveCipher;
}

interface ArchiveCipher {
  encrypt(plaintext: ByteSource): AsyncGenerator<Buffer, void, undefined>;
  /** To be asked for when all was encrypted. */
  header(plaintextSize: number): Buffer;
  /** What an index keeps, so that the archive can be read from its middle. To be asked for when all was encrypted. */
  storage(): CipherStorage;
}
