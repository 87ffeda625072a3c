import {
  type BackupSummary,
  fittingKey,
  HoldfastError,
  type Host,
  isHoldfastError,
  type LocationRecord,
  type ReadKit,
  shortFingerprint,
} from '@holdfast/core';
import type { KeyOptions } from '../keys/given-key.js';
import { withKey } from '../keys/with-key.js';
import { formatDate } from '../output/dates.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';

/**
 * Finds the key that opens a backup: the host's, the kit's, one that was handed over, or one that is typed. Tried before anything is written, and then kept
 * among the host's former keys, so that nobody is asked twice.
 *
 * @returns what else may open it, for a backup that doesn't say which key it needs
 */
export async function findRecoverKey(
  context: CommandContext,
  host: Host,
  location: LocationRecord,
  backup: BackupSummary,
  kit: ReadKit | undefined,
  options: KeyOptions,
): Promise<readonly string[]> {
  if (!backup.encrypted || backup.keyKnown === true) return [];
  const { terminal, signal } = context;
  const { keyFingerprint: fingerprint } = backup;
  const ofKit = kit === undefined ? [] : [kit.key];
  if (fingerprint !== undefined) {
    terminal.note(`It needs the key ${shortFingerprint(fingerprint)}, which was in use on ${formatDate(backup.date)}.`);
    if (kit !== undefined && (await fittingKey(ofKit, fingerprint)) === undefined) {
      const which = kit.fingerprint === undefined ? 'another key' : `the key ${shortFingerprint(kit.fingerprint)}`;
      terminal.note(`${terminal.noteColors.yellow('!')} The kit ${safeText(kit.path)} holds ${which}.`);
    }
  }
  const opening = await withKey(context, options, async (typed) => {
    const passwords = [...ofKit, ...typed];
    if (passwords.length === 0) throw keyNeeded(backup);
    // The first entry comes only if the key is right.
    for await (const _ of host.backups.contents({ id: backup.id }, { location: location.id, passwords, signal })) break;
    return passwords;
  });
  if (fingerprint === undefined) return opening;
  const key = await fittingKey(opening, fingerprint);
  if (key === undefined) return opening;
  try {
    await host.keys.add({ key, fingerprint, ...(kit?.since === undefined ? {} : { since: kit.since }) });
  } catch (error) {
    if (!isHoldfastError(error, 'key-known')) throw error;
  }
  return [];
}

/** Said before the key of a host that was only just made is tried, which can't be the one. */
function keyNeeded({ id, date, keyFingerprint }: BackupSummary): Error {
  const remedy = 'Enter the key that was in use when this backup was made; the emergency kit of that time holds it.';
  const details = { backupDate: date, ...(keyFingerprint === undefined ? {} : { keyFingerprint }) };
  return new HoldfastError('key-needed', `The backup ${id} is encrypted, and no key was given.`, remedy, details);
}
