import { secureTarMagic } from './detect-format.js';

/** Of AES, and of the padding: bytes. */
export const blockLength = 16;
export const headerLengthV2 = 48;

const version = 2;
const saltAt = 32;

export interface HeaderV2 {
  /** Bytes before encryption. Some files say up to 15 less (format 5). */
  readonly plaintextSize: number;
  readonly salt: Buffer;
}

/** The 48 bytes before the ciphertext (format 5). */
export function encodeHeaderV2({ plaintextSize, salt }: HeaderV2): Buffer {
  const header = Buffer.alloc(headerLengthV2);
  secureTarMagic.copy(header);
  header[secureTarMagic.length] = version;
  header.writeBigUInt64BE(BigInt(plaintextSize), 16);
  salt.copy(header, saltAt);
  return header;
}

/** The inverse; a text says what is wrong. */
export function decodeHeaderV2(header: Buffer): HeaderV2 | string {
  if (header.length < headerLengthV2) return 'it is shorter than its encryption header';
  if (header.subarray(10, 16).some((byte) => byte !== 0)) return 'its encryption header is malformed';
  const size = header.readBigUInt64BE(16);
  if (size > Number.MAX_SAFE_INTEGER) return 'its encryption header states an impossible size';
  return { plaintextSize: Number(size), salt: header.subarray(saltAt, headerLengthV2) };
}

/** The size of the whole member (format 5): there is always padding. */
export function storedSizeV2(plaintextSize: number): number {
  return headerLengthV2 + blockLength * (Math.floor(plaintextSize / blockLength) + 1);
}

/** True if the stated size can belong to so many bytes of ciphertext: exact, or rounded down to whole blocks (format 5). */
export function sizesAgree(statedSize: number, ciphertextSize: number): boolean {
  return (
    ciphertextSize >= blockLength && ciphertextSize % blockLength === 0 && statedSize < ciphertextSize && statedSize > ciphertextSize - 32
  );
}

/** True if the stated size is that of the plaintext, or up to 15 below, as older writers put it (format 5). */
export function statesSize(statedSize: number, plaintextSize: number): boolean {
  return statedSize <= plaintextSize && statedSize > plaintextSize - blockLength;
}
