import { keyError } from './errors.js';
import { isFingerprint, shortFingerprint } from './fingerprint.js';
import type { StoredKey } from './kept-key.js';

const shortest = 4;

/**
 * The key that a person names by its fingerprint: in full, as it is shown (`7K2M-9QXA`), or as much of that as is unique, at least 4
 * characters.
 *
 * @throws `unknown-key`, `ambiguous-key`
 */
export function findKey<Key extends Pick<StoredKey, 'fingerprint'>>(keys: readonly Key[], named: string): Key {
  const fitting = keys.filter(({ fingerprint }) => isNamed(fingerprint, named));
  const [only, ...others] = fitting;
  if (only === undefined) throw keyError('unknown-key', { fingerprint: nameFor(named) });
  if (others.length > 0) {
    const candidates = fitting.map(({ fingerprint }) => shortFingerprint(fingerprint)).join(', ');
    throw keyError('ambiguous-key', { fingerprint: nameFor(named), candidates });
  }
  return only;
}

/** Whether this is how people write fingerprints: anything else that is typed in its place may be a key. */
export function resemblesFingerprint(text: string): boolean {
  return isFingerprint(text) || /^[0-9A-Za-z]{4}(-?[0-9A-Za-z]{0,4})?$/.test(text.trim());
}

function isNamed(fingerprint: string, named: string): boolean {
  if (fingerprint === named.trim()) return true;
  const letters = plain(named);
  return letters.length >= shortest && plain(shortFingerprint(fingerprint)).startsWith(letters);
}

function plain(text: string): string {
  return text.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
}

/** What doesn't look like a fingerprint isn't repeated. */
function nameFor(named: string): string {
  return resemblesFingerprint(named) ? shortFingerprint(named.trim()) : '(not a fingerprint)';
}
