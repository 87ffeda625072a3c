import { hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { slowRoot } from './slow-root.js';

/**
 * A key's fingerprint tells which key opens a backup, and nothing about the key but what trying one by one would tell: it has a salt of its own,
 * and each try costs 32 MiB and about a tenth of a second.
 *
 * `hf1-` salt `-` digest, both 16 characters of Crockford's base 32 (80 bits). The digest is HKDF-SHA-256 (info
 * `holdfast key fingerprint 1`) of scrypt (N 2^15, r 8, p 1) of the key's text and the salt.
 */
const pattern = /^hf1-([0-9a-hjkmnp-tv-z]{16})-([0-9a-hjkmnp-tv-z]{16})$/;
const digits = '0123456789abcdefghjkmnpqrstvwxyz';
const byteCount = 10;

/** A new fingerprint of a key; it has a random salt, so each call gives another. */
export async function fingerprintOf(key: string): Promise<string> {
  const salt = randomBytes(byteCount);
  return `hf1-${encode(salt)}-${encode(await digestOf(key, salt))}`;
}

/** Whether a key is the one with this fingerprint. Takes about a tenth of a second. */
export async function matchesFingerprint(key: string, fingerprint: string): Promise<boolean> {
  const [, salt, digest] = pattern.exec(fingerprint) ?? [];
  if (salt === undefined || digest === undefined) return false;
  return timingSafeEqual(await digestOf(key, decode(salt)), decode(digest));
}

export function isFingerprint(text: string): boolean {
  return pattern.test(text);
}

/** The part by which people tell fingerprints apart: `7K2M-9QXA`. Anything that is no fingerprint stays as it is. */
export function shortFingerprint(fingerprint: string): string {
  const digest = pattern.exec(fingerprint)?.[2];
  return digest === undefined ? fingerprint : `${digest.slice(0, 4)}-${digest.slice(4, 8)}`.toUpperCase();
}

async function digestOf(key: string, salt: Uint8Array): Promise<Uint8Array> {
  const root = await slowRoot(key, salt);
  return new Uint8Array(hkdfSync('sha256', root, new Uint8Array(0), 'holdfast key fingerprint 1', byteCount));
}

function encode(bytes: Uint8Array): string {
  let text = '';
  for (let bit = 0; bit < bytes.length * 8; bit += 5) {
    const [high, low] = [bytes[bit >> 3] ?? 0, bytes[(bit >> 3) + 1] ?? 0];
    text += digits.charAt((((high << 8) | low) >> (11 - (bit & 7))) & 31);
  }
  return text;
}

function decode(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length * 5) >> 3);
  let value = 0;
  let bits = 0;
  let at = 0;
  for (const digit of text) {
    value = ((value << 5) | digits.indexOf(digit)) & 0xffff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (value >> bits) & 0xff;
      at += 1;
    }
  }
  return bytes;
}
