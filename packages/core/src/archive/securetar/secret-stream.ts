import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { StreamState } from '../index/archive-index.js';
import type { Sodium } from './sodium.js';

const tagMessage = 0;
const tagFinal = 3;
const counterLength = 4;
const nonceLength = 12;
const codeLength = 16;
const blockSize = 64;
const aead = 'chacha20-poly1305';

/** A piece, encrypted: of the block, the first byte is stored. */
interface Sealed {
  readonly sealedBlock: Buffer;
  readonly sealed: Buffer;
  readonly code: Buffer;
}

/**
 * One direction of libsodium's `crypto_secretstream_xchacha20poly1305` (format 7.4), with tags MESSAGE and FINAL and without associated
 * data. A piece is the same as one of Node's `chacha20-poly1305`, which is several times as fast, over tag block and content, wherever both pad
 * alike: at any length that is a multiple of 8. For the others, libsodium makes the authentication code. It ends with the final
 * piece and refuses 2^32 of them, so it never needs the stream's rekeying.
 */
export class SecretStream {
  /** `k`: stays the same over the whole stream. */
  readonly #key: Buffer;
  /** The counter and `n8` of the next piece. */
  readonly #nonce = Buffer.alloc(nonceLength);
  readonly #past = new NonceList();

  constructor(
    private readonly sodium: Sodium,
    streamKey: Uint8Array,
    streamHeader: Buffer,
  ) {
    this.#key = Buffer.from(sodium.crypto_core_hchacha20(streamHeader.subarray(0, 16), streamKey, null));
    this.#nonce.writeUInt32LE(1);
    streamHeader.copy(this.#nonce, counterLength, 16);
  }

  /** A piece as it is stored, in three parts: 17 bytes longer. */
  seal(piece: Uint8Array, final: boolean): readonly Buffer[] {
    const tagBlock = Buffer.alloc(blockSize);
    tagBlock[0] = final ? tagFinal : tagMessage;
    const { sealedBlock, sealed, code } = padsAlike(piece.length) ? this.#seal(tagBlock, piece) : this.#sealOdd(tagBlock, piece);
    this.#advance(code);
    return [sealedBlock.subarray(0, 1), sealed, code];
  }

  /** The piece, or in words what is wrong with it: not one of its bytes is given out then. */
  open(message: Buffer, final: boolean): Buffer | string {
    const content = message.subarray(1, -codeLength);
    const code = message.subarray(-codeLength);
    const sealedBlock = this.#chacha20(1).update(Buffer.alloc(blockSize));
    const tag = (sealedBlock[0] ?? 0) ^ (message[0] ?? 0);
    sealedBlock[0] = message[0] ?? 0;
    const opened = padsAlike(content.length) ? this.#open(sealedBlock, content, code) : this.#openOdd(sealedBlock, content, code);
    if (opened === undefined) return 'these bytes are not what was written';
    if (tag !== (final ? tagFinal : tagMessage)) return final ? 'it goes on behind its stated size' : 'it ends before its stated size';
    this.#advance(code);
    return opened;
  }

  /** What lets a reader enter the stream at any piece so far. */
  state(): StreamState {
    return { key: this.#key, nonces: this.#past.bytes() };
  }

  #open(sealedBlock: Buffer, content: Buffer, code: Buffer): Buffer | undefined {
    const decipher = createDecipheriv(aead, this.#key, this.#nonce, { authTagLength: codeLength }).setAuthTag(code);
    decipher.update(sealedBlock);
    const opened = decipher.update(content);
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return opened;
  }

  #seal(tagBlock: Buffer, piece: Uint8Array): Sealed {
    const cipher = createCipheriv(aead, this.#key, this.#nonce, { authTagLength: codeLength });
    const sealedBlock = cipher.update(tagBlock);
    const sealed = cipher.update(piece);
    cipher.final();
    return { sealedBlock, sealed, code: cipher.getAuthTag() };
  }

  #sealOdd(tagBlock: Buffer, piece: Uint8Array): Sealed {
    const cipher = this.#chacha20(1);
    const sealedBlock = cipher.update(tagBlock);
    const sealed = cipher.update(piece);
    const code = this.sodium.crypto_onetimeauth(authenticated(sealedBlock, sealed), this.#codeKey());
    return { sealedBlock, sealed, code: Buffer.from(code) };
  }

  #openOdd(sealedBlock: Buffer, content: Buffer, code: Buffer): Buffer | undefined {
    if (!this.sodium.crypto_onetimeauth_verify(code, authenticated(sealedBlock, content), this.#codeKey())) return undefined;
    return this.#chacha20(2).update(content);
  }

  #codeKey(): Buffer {
    return this.#chacha20(0).update(Buffer.alloc(this.sodium.crypto_onetimeauth_KEYBYTES));
  }

  /** The key stream of this piece, from one of its 64-byte blocks on. */
  #chacha20(block: number) {
    const start = Buffer.alloc(counterLength);
    start.writeUInt32LE(block);
    return createCipheriv('chacha20', this.#key, Buffer.concat([start, this.#nonce]));
  }

  #advance(code: Buffer): void {
    const inner = this.#nonce.subarray(counterLength);
    this.#past.push(inner);
    for (let at = 0; at < inner.length; at += 1) inner[at] = (inner[at] ?? 0) ^ (code[at] ?? 0);
    this.#nonce.writeUInt32LE(this.#nonce.readUInt32LE() + 1);
  }
}

/** libsodium pads with as many zeros as there are bytes beyond a whole block, Node with as many as are missing to one. */
function padsAlike(length: number): boolean {
  return length % 8 === 0;
}

/** What libsodium's authentication code is over. */
function authenticated(sealedBlock: Buffer, sealed: Buffer): Buffer {
  const lengths = Buffer.alloc(16);
  lengths.writeBigUInt64LE(BigInt(blockSize + sealed.length), 8);
  return Buffer.concat([sealedBlock, sealed, Buffer.alloc(sealed.length % 16), lengths]);
}

/** The nonces of the pieces so far, 8 bytes each: one piece after the other, of which a large archive has a million. */
class NonceList {
  #bytes = Buffer.alloc(1024);
  #length = 0;

  push(nonce: Buffer): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#length)]);
    nonce.copy(this.#bytes, this.#length);
    this.#length += nonce.length;
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }
}
