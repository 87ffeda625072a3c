import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SealMaterial } from '../keys/seal-key.js';
import type { SourceProblem } from './sources/read-source.js';

/**
 * The problems of a backup, with their file names, so that only who has the key can read them: a sidecar lies beside the
 * encrypted backup, where its names would be in the clear.
 *
 * AES-256-GCM; the key is HKDF-SHA-256 (info `holdfast problems 1`) of the seal root (see {@link SealMaterial}) of `salt`. Base64 throughout;
 * `data` ends with the 16 bytes of the tag.
 */
export interface SealedProblems {
  readonly salt: string;
  readonly nonce: string;
  readonly data: string;
}

const tagBytes = 16;

/** With what seals the backup, which an encrypted one always has: deriving a root of their own would take a tenth of a second, and 32 MiB. */
export function sealProblems(problems: readonly SourceProblem[], material: SealMaterial | undefined): SealedProblems {
  if (material === undefined) throw new Error('The problems of an encrypted backup need a key.');
  const { salt, root } = material;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', problemsKey(root), nonce);
  const data = Buffer.concat([cipher.update(JSON.stringify(problems), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { salt: salt.toString('base64'), nonce: nonce.toString('base64'), data: data.toString('base64') };
}

/** Of which the root is to be derived: that of the seal, or of older ones another. */
export function saltOf({ salt }: SealedProblems): Buffer {
  return Buffer.from(salt, 'base64');
}

/** The problems, `undefined` if this is not the seal root of their salt or they were changed. */
export function openProblems(sealed: SealedProblems, root: Uint8Array): SourceProblem[] | undefined {
  const data = Buffer.from(sealed.data, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', problemsKey(root), Buffer.from(sealed.nonce, 'base64'), { authTagLength: tagBytes });
    decipher.setAuthTag(data.subarray(-tagBytes));
    const text = Buffer.concat([decipher.update(data.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
    return JSON.parse(text) as SourceProblem[];
  } catch {
    return undefined;
  }
}

function problemsKey(root: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', root, new Uint8Array(0), 'holdfast problems 1', 32));
}
