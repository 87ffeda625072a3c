import { displayName } from '../../base/file-name.js';
import { archiveError } from '../errors.js';
import { gzipStartLikelihood } from '../gzip/gzip-header.js';
import { isTarStart, isZero } from '../tar/ustar-header.js';
import { decryptStart } from './cbc.js';
import { deriveKey } from './derive-key.js';
import { detectLength } from './detect-format.js';

export interface FittingKey {
  readonly password: string;
  readonly key: Buffer;
  /** False if a wrong key may have looked right by chance. */
  readonly sure: boolean;
}

/**
 * Finds the password of a version 1 or 2 archive by what its first bytes decrypt to. There is no other test (format 8), so damage to the
 * very first block of a compressed archive looks like a wrong key. Errors: `key-needed`, `wrong-key`.
 */
export function fittingKey(start: Buffer, salt: Buffer, passwords: readonly string[], member: string): FittingKey {
  let possible: FittingKey | undefined;
  for (const password of candidatesOf(passwords, member)) {
    const key = deriveKey(password);
    const likelihood = startLikelihood(decryptStart(start, { key, salt }));
    if (likelihood === 'sure') return { password, key, sure: true };
    if (likelihood === 'maybe') possible ??= { password, key, sure: false };
  }
  if (possible === undefined) throw archiveError('wrong-key', { member: displayName(member) });
  return possible;
}

/** The passwords that can be one: an empty one means none (format 3). Error: `key-needed`. */
export function candidatesOf(passwords: readonly string[], member: string): readonly string[] {
  const candidates = passwords.filter((password) => password !== '');
  if (candidates.length === 0) throw archiveError('key-needed', { member: displayName(member) });
  return candidates;
}

function startLikelihood(plaintext: Buffer): 'sure' | 'maybe' | 'no' {
  // An empty tar begins with zeros.
  if (isTarStart(plaintext) || (plaintext.length >= detectLength && isZero(plaintext))) return 'sure';
  return gzipStartLikelihood(plaintext);
}
