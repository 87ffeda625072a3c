import { isEncryptionKey, typedKeyCandidates } from './encryption-key.js';
import { matchesFingerprint } from './fingerprint.js';

/** The encryption key of this fingerprint among what somebody typed, in its proper form; `undefined` if none is. */
export async function fittingKey(typed: readonly string[], fingerprint: string): Promise<string | undefined> {
  for (const candidate of new Set(typed.flatMap(typedKeyCandidates))) {
    if (isEncryptionKey(candidate) && (await matchesFingerprint(candidate, fingerprint))) return candidate;
  }
  return undefined;
}
