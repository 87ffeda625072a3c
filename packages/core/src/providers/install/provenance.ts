/**
 * What is known of where a package's files come from.
 *
 * - `verified`: npm's attestation names the source and the build, and Sigstore's logs and certificates confirm it.
 * - `absent`: the registry has none. Most packages have none.
 * - `invalid`: it has one that is wrong. Such a package isn't installed.
 * - `unknown`: it has one that could not be checked.
 */
export interface Provenance {
  readonly state: 'verified' | 'absent' | 'invalid' | 'unknown';
  /** The registry's own signature, by the keys that the registry publishes: it tells that the registry has this package so, not who made it. */
  readonly signature: 'verified' | 'absent' | 'invalid' | 'unknown';
  /** Why it is `invalid` or `unknown`, for people. */
  readonly reason?: string;
  /** The repository that it was built from, if `verified`. */
  readonly repository?: string;
  /** The commit there. */
  readonly commit?: string;
}

export const noProvenance: Provenance = { state: 'absent', signature: 'absent' };
