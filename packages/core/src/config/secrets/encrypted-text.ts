import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { isJsonObject } from '../../providers/schema-problem.js';

/** A text encrypted with AES-256-GCM. All parts are base64. */
export interface EncryptedText {
  /** Tells a wrong key from damaged data. Derived from the key, which it gives no hint of. */
  readonly check: string;
  /** 12 bytes, new for each text. */
  readonly nonce: string;
  /** With the tag of 16 bytes at its end. */
  readonly data: string;
}

export type DecryptedText =
  | { readonly state: 'open'; readonly text: string }
  | { readonly state: 'wrong-key' }
  | { readonly state: 'damaged' };

const cipherName = 'aes-256-gcm';
const tagLength = 16;

/** `root` is 32 bytes; `bound` is what stands beside the text in clear and must not be changed. */
export function encryptText(root: Uint8Array, text: string, bound: string): EncryptedText {
  const { key, check } = partsOf(root);
  const nonce = randomBytes(12);
  const cipher = createCipheriv(cipherName, key, nonce, { authTagLength: tagLength }).setAAD(Buffer.from(bound));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { check: check.toString('base64'), nonce: nonce.toString('base64'), data: data.toString('base64') };
}

export function decryptText(root: Uint8Array, encrypted: EncryptedText, bound: string): DecryptedText {
  const { key, check } = partsOf(root);
  const given = Buffer.from(encrypted.check, 'base64');
  if (given.length !== check.length || !timingSafeEqual(given, check)) return { state: 'wrong-key' };
  const data = Buffer.from(encrypted.data, 'base64');
  const nonce = Buffer.from(encrypted.nonce, 'base64');
  if (data.length < tagLength || nonce.length !== 12) return { state: 'damaged' };
  const decipher = createDecipheriv(cipherName, key, nonce, { authTagLength: tagLength })
    .setAAD(Buffer.from(bound))
    .setAuthTag(data.subarray(-tagLength));
  try {
    return { state: 'open', text: Buffer.concat([decipher.update(data.subarray(0, -tagLength)), decipher.final()]).toString('utf8') };
  } catch {
    return { state: 'damaged' };
  }
}

/** A fault is thrown as an `Error` whose message names the place. */
export function parseEncryptedText(value: unknown, place: string): EncryptedText {
  if (!isJsonObject(value)) throw new Error(`${place} is not an object`);
  const { check, nonce, data } = value;
  if (typeof check !== 'string' || typeof nonce !== 'string' || typeof data !== 'string') throw new Error(`${place} is not complete`);
  return { check, nonce, data };
}

function partsOf(root: Uint8Array): { readonly key: Buffer; readonly check: Buffer } {
  const derive = (purpose: string, length: number) => Buffer.from(hkdfSync('sha256', root, '', `holdfast secrets ${purpose}`, length));
  return { key: derive('key', 32), check: derive('check', 16) };
}
