import { indexKey, sidecarKey } from '../backup-name.js';
import { describeFailure } from '../failure.js';
import type { BackupServices } from '../services.js';
import type { Target } from '../targets.js';

const cleanUpMilliseconds = 30_000;

/** Removes what a location may hold of a copy that failed, also when it was cancelled. @returns whether it could be asked */
export async function withdrawCopy(
  services: BackupServices,
  { record, location }: Target,
  key: string,
  beside: readonly string[] = [],
): Promise<boolean> {
  const signal = AbortSignal.timeout(cleanUpMilliseconds);
  try {
    for (const object of [...beside, sidecarKey(key), indexKey(key), key]) await location.delete(object, { signal });
    await services.sealLog.removed(key, record.id);
    return true;
  } catch (error) {
    const { message } = describeFailure(error, record);
    services.log.warn(`What the failed copy left at ${record.title} will be removed by the next run: ${message}`);
    return false;
  }
}
