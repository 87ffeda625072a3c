import { isHoldfastError } from '../base/errors.js';
import type { BackupServices } from './services.js';
import type { BackupSummary } from './summary.js';

/** Adds to a summary what this host knows beside what lies at the locations: whether it is pinned, and when its copies were last found right. */
export async function summaryNotes(services: BackupServices): Promise<(summary: BackupSummary) => BackupSummary> {
  const [pinned, verified] = await Promise.all([pinnedIds(services), services.verifiedLog.all()]);
  return (summary) => ({
    ...summary,
    pinned: pinned.has(summary.id),
    locations: summary.locations.map((copy) => {
      const { last, failed } = verified.of(copy.key, copy.id) ?? {};
      return { ...copy, ...(last && { lastVerified: last }), ...(failed && { foundWrong: failed.code }) };
    }),
  });
}

/** A list must not fail because a note about it is damaged; retention does, which would rely on it. */
async function pinnedIds({ pins, log }: BackupServices): Promise<ReadonlySet<string>> {
  try {
    return await pins.ids();
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    log.warn(`Which backups are pinned can't be told: ${error.message}`);
    return new Set();
  }
}
