import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { slowRoot } from '../keys/slow-root.js';
import type { SourceProblem } from './sources/read-source.js';

/**
 * The problems of a backup, with their file names, so that only who has the key can read them: a sidecar lies beside the
 * encrypted backup, where its names would be in the clear.
 *
 * AES-256-GCM; the key is HKDF-SHA-256 (info `holdfast problems 1`) of scrypt (N 2^15, r 8, p 1) of the password with the
 * salt. Base64 throughout; `data` ends with the 16 bytes of the tag.
 */
export interface SealedProblems {
  readonly salt: string;
  readonly nonce: string;
  readonly data: string;
}

const tagBytes = 16;

export async function sealProblems(problems: readonly SourceProblem[], password: string): Promise<SealedProblems> {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await problemsKey(password, salt), nonce);
  const data = Buffer.concat([cipher.update(JSON.stringify(problems), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { salt: salt.toString('base64'), nonce: nonce.toString('base64'), data: data.toString('base64') };
}

/** The problems, `undefined` if this password doesn't open them or they were changed. */
export async function openProblems(sealed: SealedProblems, password: string): Promise<SourceProblem[] | undefined> {
  const data = Buffer.from(sealed.data, 'base64');
  const key = await problemsKey(password, Buffer.from(sealed.salt, 'base64'));
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64'), { authTagLength: tagBytes });
    decipher.setAuthTag(data.subarray(-tagBytes));
    const text = Buffer.concat([decipher.update(data.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
    return JSON.parse(text) as SourceProblem[];
  } catch {
    return undefined;
  }
}

async function problemsKey(password: string, salt: Uint8Array): Promise<Uint8Array> {
  const root = await slowRoot(password, salt);
  return new Uint8Array(hkdfSync('sha256', root, new Uint8Array(0), 'holdfast problems 1', 32));
}
