import { type JsonFields, listOf, numberOf, textOf } from './json-fields.js';

/** A bucket, as far as the key may look at it. */
export interface Bucket {
  readonly id: string;
  /** As Backblaze spells it. */
  readonly name: string;
  readonly isPublic: boolean;
  readonly lifecycleRules: readonly LifecycleRule[];
}

/** What B2 does to files by itself, in days; undefined for never. */
export interface LifecycleRule {
  readonly namePrefix: string;
  readonly hidesAfter: number | undefined;
  readonly deletesHiddenAfter: number | undefined;
  readonly cancelsUnfinishedAfter: number | undefined;
}

export function parseBucket(fields: JsonFields): Bucket | undefined {
  const id = textOf(fields, 'bucketId');
  const name = textOf(fields, 'bucketName');
  if (id === undefined || name === undefined) return undefined;
  return {
    id,
    name,
    isPublic: textOf(fields, 'bucketType') === 'allPublic',
    lifecycleRules: (listOf(fields, 'lifecycleRules') ?? []).map((rule) => ({
      namePrefix: textOf(rule, 'fileNamePrefix') ?? '',
      hidesAfter: numberOf(rule, 'daysFromUploadingToHiding'),
      deletesHiddenAfter: numberOf(rule, 'daysFromHidingToDeleting'),
      cancelsUnfinishedAfter: numberOf(rule, 'daysFromStartingToCancelingUnfinishedLargeFiles'),
    })),
  };
}

/** Whether what is below `prefix` has names that a rule for `rule.namePrefix` covers, some or all of them. */
export function concerns(rule: LifecycleRule, prefix: string): boolean {
  return rule.namePrefix.startsWith(prefix) || prefix.startsWith(rule.namePrefix);
}
