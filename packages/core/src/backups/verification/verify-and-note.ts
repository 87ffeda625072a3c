import type { ReadableBackup, ReadOptions } from '../open-backup.js';
import type { BackupServices } from '../services.js';
import { verifyBackup, type VerifyResult } from '../verify-backup.js';
import { isDamage, noteLook } from './note-look.js';

/** As {@link verifyBackup}; what it finds of a copy at a location is noted. `services`: absent where there is no host. */
export async function verifyAndNote(
  services: BackupServices | undefined,
  backup: ReadableBackup,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<VerifyResult> {
  const { id, copy } = backup;
  const note = async (error?: unknown) => {
    if (services !== undefined && copy !== undefined) await noteLook(services, { id, ...copy }, { how: 'whole', error });
  };
  try {
    const result = await verifyBackup(backup, options, signal);
    await note();
    return result;
  } catch (error) {
    signal.throwIfAborted();
    if (isDamage(error)) await note(error);
    throw error;
  }
}
