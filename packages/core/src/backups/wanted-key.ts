import { HoldfastError, isHoldfastError } from '../base/errors.js';

/** The property of backup.json's `extra` with the fingerprint of the key that opens the backup. */
export const fingerprintProperty = 'holdfast.key_fingerprint';

/** The fingerprint that a backup's backup.json names, if it does. */
export function fingerprintIn(metadata: { readonly extra?: Readonly<Record<string, unknown>> }): string | undefined {
  const fingerprint = metadata.extra?.[fingerprintProperty];
  return typeof fingerprint === 'string' ? fingerprint : undefined;
}

/** Whether an error says that the key is missing or another one. */
export function isAboutKey(error: unknown): error is HoldfastError {
  return isHoldfastError(error, 'wrong-key') || isHoldfastError(error, 'key-needed');
}

/**
 * Adds to an error about the key which key is wanted, so that the right kit can be found: that of this fingerprint, which was in use when
 * the backup was made. `date`: of the backup, ISO 8601.
 */
export function namingWantedKey(error: unknown, fingerprint: string | undefined, date?: string): unknown {
  if (!isAboutKey(error) || (fingerprint === undefined && date === undefined)) return error;
  const wanted = {
    ...(fingerprint === undefined ? {} : { keyFingerprint: fingerprint }),
    ...(date === undefined ? {} : { backupDate: date }),
  };
  return new HoldfastError(error.code, error.message, error.remedy, { ...error.details, ...wanted }, error.cause);
}
