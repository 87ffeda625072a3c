import { type Host, resemblesFingerprint, type StoredKey } from '@holdfast/core';
import { commandError } from '../errors.js';

/**
 * The key that a command line names by its fingerprint. Anything else in its place may be the key itself, and is not repeated.
 *
 * @throws `secret-argument`, `unknown-key`, `ambiguous-key`
 */
export function keyNamed(host: Host, fingerprint: string): StoredKey {
  return host.keys.find(requireFingerprint(fingerprint));
}

/** @throws `secret-argument` */
export function requireFingerprint(text: string): string {
  if (resemblesFingerprint(text)) return text;
  throw commandError('secret-argument', {
    option: 'what stands in the place of a fingerprint',
    instead:
      'If it was the key itself, it may be in the history of your shell by now: remove it there. Name keys by their fingerprint: holdfast key list',
  });
}
