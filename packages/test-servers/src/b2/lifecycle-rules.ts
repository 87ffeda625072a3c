import { badRequest } from './api-error.js';
import type { Fields } from './fields.js';
import type { LifecycleRule } from './server-interface.js';

const days = { minimum: 1, maximum: 2 ** 31 - 1 };

/** Reads the field `lifecycleRules` of a bucket. */
export function lifecycleRulesOf(fields: Fields): readonly LifecycleRule[] | undefined {
  return fields.optionalObjects('lifecycleRules')?.map((rule) => {
    const cancelling = rule.optionalInteger('daysFromStartingToCancelingUnfinishedLargeFiles', days);
    const read: LifecycleRule = {
      fileNamePrefix: rule.string('fileNamePrefix'),
      daysFromUploadingToHiding: rule.optionalInteger('daysFromUploadingToHiding', days) ?? null,
      daysFromHidingToDeleting: rule.optionalInteger('daysFromHidingToDeleting', days) ?? null,
      ...(cancelling === undefined ? {} : { daysFromStartingToCancelingUnfinishedLargeFiles: cancelling }),
    };
    rule.end();
    return read;
  });
}

/** Throws where a bucket can't have these rules. */
export function checkLifecycleRules(rules: readonly LifecycleRule[]): readonly LifecycleRule[] {
  if (rules.length > 100) throw badRequest('A bucket may have at most 100 lifecycle rules');
  for (const [index, { fileNamePrefix }] of rules.entries()) {
    const overlaps = rules.some((other, at) => at !== index && other.fileNamePrefix.startsWith(fileNamePrefix));
    if (overlaps) throw badRequest('More than one lifecycle rule applies to the same file');
  }
  return rules;
}
