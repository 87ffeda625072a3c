import { isEncryptionKey, normalizeTypedKey, typedKeyCandidates } from '../keys/encryption-key.js';
import { keyError } from '../keys/errors.js';
import { matchesFingerprint, shortFingerprint } from '../keys/fingerprint.js';
import type { KeyFromElsewhere, StoredKey } from '../keys/key-store.js';
import { openKit } from '../keys/open-kit.js';
import { countKeyUse, type KeyUse } from './key-use.js';
import type { BackupServices } from './services.js';

/** A key of old, as somebody types it, or in the kit that they saved. */
export type GivenKey = { readonly typed: string } | { readonly file: string };

export interface AddedKey {
  readonly key: StoredKey;
  /** What it opens. */
  readonly use: KeyUse;
}

/** Anyone may write fingerprints into a location, and trying one costs a tenth of a second. */
const maxFingerprints = 64;

/**
 * Takes a key from elsewhere among the former ones, under each fingerprint by which backups name it: so they open without asking. A key
 * that opens nothing that is there now is kept too.
 *
 * @throws `key-not-one`, `key-known`, `kit-unreadable`, `key-of-other-fingerprint` for a kit with a damaged key
 */
export async function addKey(services: BackupServices, given: GivenKey, signal: AbortSignal): Promise<readonly AddedKey[]> {
  const kit = 'file' in given ? await openKit(given.file) : undefined;
  const candidates = kit === undefined && 'typed' in given ? readingsOf(given.typed) : [kit?.key ?? ''];
  const { unknown } = await countKeyUse(services, signal);
  const found = await fitting(candidates, unknown.slice(0, maxFingerprints), signal);
  const fitted = found.map(({ key, use }): { from: KeyFromElsewhere; use: KeyUse } => ({
    from: { key, fingerprint: use.fingerprint, ...usedFrom(use), ...datesOf(kit) },
    use,
  }));
  if (kit?.fingerprint !== undefined && fitted.length === 0) {
    const use: KeyUse = { fingerprint: kit.fingerprint, backups: 0, locations: [] };
    fitted.push({ from: { key: kit.key, fingerprint: kit.fingerprint, ...datesOf(kit) }, use });
  }
  const [likeliest = ''] = candidates;
  if (fitted.length === 0) {
    const known = services.keys.all().find(({ key }) => candidates.includes(key));
    if (known !== undefined) throw keyError('key-known', { fingerprint: shortFingerprint(known.fingerprint) });
    const key = await services.keys.add({ key: likeliest, ...datesOf(kit) });
    return [{ key, use: { fingerprint: key.fingerprint, backups: 0, locations: [] } }];
  }
  const added: AddedKey[] = [];
  for (const { from, use } of fitted) added.push({ key: await services.keys.add(from), use });
  return added;
}

/** @throws `key-not-one` */
function readingsOf(typed: string): string[] {
  const likeliest = normalizeTypedKey(typed);
  if (likeliest === undefined) throw keyError('key-not-one', { reason: 'it has not 28 letters and digits' });
  return [likeliest, ...typedKeyCandidates(typed).filter((other) => isEncryptionKey(other) && other !== likeliest)];
}

/** The first reading of what was typed that has one of the fingerprints, with all that it has. */
async function fitting(
  candidates: readonly string[],
  uses: readonly KeyUse[],
  signal: AbortSignal,
): Promise<readonly { readonly key: string; readonly use: KeyUse }[]> {
  for (const key of candidates) {
    const found: { key: string; use: KeyUse }[] = [];
    for (const use of uses) {
      signal.throwIfAborted();
      if (await matchesFingerprint(key, use.fingerprint)) found.push({ key, use });
    }
    if (found.length > 0) return found;
  }
  return [];
}

function usedFrom({ oldest, newest }: KeyUse): { readonly since?: string; readonly until?: string } {
  return { ...(oldest === undefined ? {} : { since: oldest }), ...(newest === undefined ? {} : { until: newest }) };
}

function datesOf(kit: { readonly since?: string; readonly until?: string } | undefined): {
  readonly since?: string;
  readonly until?: string;
} {
  return { ...(kit?.since === undefined ? {} : { since: kit.since }), ...(kit?.until === undefined ? {} : { until: kit.until }) };
}
