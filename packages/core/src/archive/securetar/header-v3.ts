import { secureTarMagic } from './detect-format.js';

export const headerLengthV3 = 136;
/** Bytes of plaintext in each piece but the last. */
export const pieceSize = 1024 * 1024;
/** What encryption adds to a piece: its tag before it, its authentication code behind it. */
export const pieceOverhead = 17;

const version = 3;
// Beyond this, the stream's counter would begin anew.
const maxPlaintextSize = 2 ** 52;

/** What the header of a version 3 archive holds (format 7.1). */
export interface HeaderV3 {
  /** Bytes before encryption. */
  readonly plaintextSize: number;
  readonly rootSalt: Buffer;
  readonly validationSalt: Buffer;
  /** Tells whether a password is the right one. */
  readonly validationKey: Buffer;
  readonly derivationSalt: Buffer;
  readonly streamHeader: Buffer;
}

/** The 136 bytes before the pieces. */
export function encodeHeaderV3(header: HeaderV3): Buffer {
  const start = Buffer.alloc(32);
  secureTarMagic.copy(start);
  start[secureTarMagic.length] = version;
  start.writeBigUInt64BE(BigInt(header.plaintextSize), 16);
  const { rootSalt, validationSalt, validationKey, derivationSalt, streamHeader } = header;
  return Buffer.concat([start, rootSalt, validationSalt, validationKey, derivationSalt, streamHeader]);
}

/** The inverse; a text says what is wrong. The reserved bytes 24 to 31 may hold anything. */
export function decodeHeaderV3(header: Buffer): HeaderV3 | string {
  if (header.length < headerLengthV3) return 'it is shorter than its encryption header';
  if (header.subarray(10, 16).some((byte) => byte !== 0)) return 'its encryption header is malformed';
  const size = header.readBigUInt64BE(16);
  if (size >= maxPlaintextSize) return 'its encryption header states an impossible size';
  return {
    plaintextSize: Number(size),
    rootSalt: header.subarray(32, 48),
    validationSalt: header.subarray(48, 64),
    validationKey: header.subarray(64, 96),
    derivationSalt: header.subarray(96, 112),
    streamHeader: header.subarray(112, headerLengthV3),
  };
}

/** There is always one, and never an empty one behind others (format 7.3). */
export function pieceCount(plaintextSize: number): number {
  return Math.max(1, Math.ceil(plaintextSize / pieceSize));
}

/** The size of the whole member (format 7.3). */
export function storedSizeV3(plaintextSize: number): number {
  return headerLengthV3 + plaintextSize + pieceOverhead * pieceCount(plaintextSize);
}
