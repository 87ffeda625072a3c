import { timingSafeEqual } from 'node:crypto';
import { matchesFingerprint } from '../../keys/fingerprint.js';
import type { KeyStore } from '../../keys/key-store.js';
import { sealRootOf } from '../../keys/seal-key.js';
import { backupError } from '../errors.js';
import type { Seal, Sidecar } from '../sidecar.js';
import { unpackLeaves } from './leaves.js';
import { macOf } from './seal.js';

/**
 * `sealed`: a key that is known here proves what the backup is. `unverified`: its digests find damage, but no key that is known
 * here authenticates them. `unsealed`: it has no seal.
 */
export type SealState = 'sealed' | 'unverified' | 'unsealed';

export type SealCheck =
  | { readonly state: 'sealed' /** Secret: of {@link sealRootOf}. */; readonly root: Buffer }
  | { readonly state: 'unverified'; readonly why: 'no key' | 'key not known' }
  | { readonly state: 'unsealed' };

/**
 * Checks the seal of a sidecar, with the host's key that it names or with one of the passwords, of which any may be the key. A host's own key costs
 * one HMAC, each password a tenth of a second.
 *
 * @throws `seal-invalid`: the sidecar is not what was sealed with that key
 */
export async function checkSeal(sidecar: Sidecar, keys: KeyStore | undefined, passwords: readonly string[] = []): Promise<SealCheck> {
  const { id, seal } = sidecar;
  if (seal === undefined) return { state: 'unsealed' };
  const invalid = (what: string) => backupError('seal-invalid', { id, what });
  const wrong = contradiction(sidecar, seal);
  if (wrong !== undefined) throw invalid(wrong);
  unpackLeaves(sidecar);
  const { key, mac } = seal;
  if (key === undefined || mac === undefined) return { state: 'unverified', why: 'no key' };
  const salt = Buffer.from(key.salt, 'base64');
  if (salt.length !== 16) throw invalid('its salt is not 16 bytes long');
  const root = (await keys?.sealMaterial(key.fingerprint, salt))?.root ?? (await typedRoot(key.fingerprint, salt, passwords));
  if (root === undefined) return { state: 'unverified', why: 'key not known' };
  let expected: Buffer;
  try {
    expected = macOf(sidecar, root);
  } catch (error) {
    if (error instanceof RangeError) throw invalid(error.message);
    throw error;
  }
  if (!timingSafeEqual(expected, Buffer.from(mac, 'hex'))) throw invalid('its sidecar was changed');
  return { state: 'sealed', root };
}

/** What no writer does, and what would pass for a seal without a key or of an unknown one. */
function contradiction({ encryption }: Sidecar, { key, mac }: Seal): string | undefined {
  if ((key === undefined) !== (mac === undefined)) return 'its key or its authentication was taken out';
  if (encryption.format === 'plain') return undefined;
  if (key === undefined) return 'its authentication was taken out';
  return key.fingerprint === encryption.keyFingerprint ? undefined : 'it names another key than the one that opens the backup';
}

async function typedRoot(fingerprint: string, salt: Buffer, passwords: readonly string[]): Promise<Buffer | undefined> {
  // By its fingerprint first: then a MAC that doesn't fit means a changed sidecar, and not a wrong key.
  for (const password of passwords) if (await matchesFingerprint(password, fingerprint)) return sealRootOf(password, salt);
  return undefined;
}
