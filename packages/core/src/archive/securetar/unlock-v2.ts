import type { ByteReader, ByteSource } from '../../base/byte-reader.js';
import { displayName } from '../../base/file-name.js';
import { archiveError } from '../errors.js';
import { innerFaults } from '../faults.js';
import { gzipStartLikelihood } from '../gzip/gzip-header.js';
import { isTarStart, isZero } from '../tar/ustar-header.js';
import { decryptStartV2, decryptV2 } from './decrypt-v2.js';
import { deriveKey } from './derive-key.js';
import { detectLength } from './detect-format.js';
import { decodeHeaderV2, headerLengthV2, sizesAgree } from './header-v2.js';

export interface UnlockedV2 {
  /** The one of the candidates that fits. */
  readonly password: string;
  /** Closing it closes the reader underneath. */
  readonly plaintext: ByteSource;
  /** False if a wrong key may have looked right by chance. */
  readonly sure: boolean;
}

/**
 * Finds the password of a version 2 archive by what its first bytes decrypt to. There is no other test (format 8), so damage to the very
 * first block of a compressed archive looks like a wrong key. Errors: `key-needed`, `wrong-key`, `damaged`, `truncated`.
 */
export async function unlockV2(
  stored: ByteReader,
  member: { readonly name: string; readonly size: number },
  passwords: readonly string[],
): Promise<UnlockedV2> {
  const faults = innerFaults(member.name, 'the encrypted data');
  const header = decodeHeaderV2(await stored.upTo(headerLengthV2));
  if (typeof header === 'string') throw faults.damaged(header, 0);
  if (!sizesAgree(header.plaintextSize, member.size - headerLengthV2)) {
    throw faults.damaged(`its size does not agree with the ${header.plaintextSize} bytes that its header states`, 16);
  }
  const candidates = passwords.filter((password) => password !== '');
  if (candidates.length === 0) throw archiveError('key-needed', { member: displayName(member.name) });
  const start = await stored.peek(detectLength);
  let possible: { password: string; key: Buffer; sure: boolean } | undefined;
  for (const password of candidates) {
    const key = deriveKey(password);
    const likelihood = startLikelihood(decryptStartV2(start, header, key));
    if (likelihood === 'maybe') possible ??= { password, key, sure: false };
    if (likelihood !== 'sure') continue;
    possible = { password, key, sure: true };
    break;
  }
  if (possible === undefined) throw archiveError('wrong-key', { member: displayName(member.name) });
  const { password, key, sure } = possible;
  return { password, sure, plaintext: decryptV2(stored, header, key, faults) };
}

function startLikelihood(plaintext: Buffer): 'sure' | 'maybe' | 'no' {
  // An empty tar begins with zeros.
  if (isTarStart(plaintext) || (plaintext.length >= detectLength && isZero(plaintext))) return 'sure';
  return gzipStartLikelihood(plaintext);
}
