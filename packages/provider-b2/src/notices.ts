import type { Notice } from '@holdfast/core/provider-api';
import type { BucketFolder } from './bucket-folder.js';
import type { Authorization } from './client/authorization.js';
import { type Bucket, concerns, type LifecycleRule } from './client/bucket.js';
import type { Credentials } from './client/transport.js';
import { isMasterKey } from './key-rights.js';

const dayMs = 24 * 60 * 60 * 1000;
/** Days before its end from which on a key's end is told. */
const warnsBefore = 30;
/** Entries of the bucket that are looked at. */
const sample = 1_000;

/** What works, and had better be otherwise. */
export async function noticesOf(
  at: BucketFolder,
  {
    authorization,
    credentials,
    bucket,
  }: { readonly authorization: Authorization; readonly credentials: Credentials; readonly bucket: Bucket },
  signal: AbortSignal,
): Promise<readonly Notice[]> {
  return [
    ...ofKey(authorization, credentials),
    ...(bucket.isPublic ? [{ id: 'bucket-public', message: '%b2.notice.bucket-public%', placeholders: { bucket: bucket.name } }] : []),
    ...ofRules(bucket, at.root),
    ...(await ofLeftovers(at, bucket, signal)),
  ];
}

function* ofKey(authorization: Authorization, credentials: Credentials): Iterable<Notice> {
  const { expiresAt } = authorization;
  if (expiresAt !== undefined && expiresAt.getTime() - Date.now() < warnsBefore * dayMs) {
    yield { id: 'key-expires', message: '%b2.notice.key-expires%', placeholders: { date: expiresAt.toISOString().slice(0, 10) } };
  }
  if (isMasterKey(authorization, credentials)) yield { id: 'master-key', message: '%b2.notice.master-key%' };
}

/** A rule that hides files after their upload hides backups, and mostly deletes them later. */
function* ofRules({ name, lifecycleRules }: Bucket, root: string): Iterable<Notice> {
  const days = lifecycleRules.flatMap((rule) => (concerns(rule, root) && rule.hidesAfter !== undefined ? [rule.hidesAfter] : []));
  if (days.length === 0) return;
  yield {
    id: 'lifecycle-deletes',
    message: '%b2.notice.lifecycle-deletes%',
    placeholders: { bucket: name, days: String(Math.min(...days)) },
  };
}

/**
 * What is paid for and can't be seen. This location deletes for good and leaves nothing of the kind, so a bucket without any rules is fine;
 * it is told where other programs' leavings are really there and no rule removes them.
 */
async function ofLeftovers(at: BucketFolder, bucket: Bucket, signal: AbortSignal): Promise<readonly Notice[]> {
  const query = { bucketId: bucket.id, prefix: at.root, count: sample };
  const notices: Notice[] = [];
  if (!removes(bucket, at.root, ({ deletesHiddenAfter }) => deletesHiddenAfter)) {
    const { versions } = await at.client.listVersions(query, signal);
    const contents = versions.filter(({ action }) => action !== 'start');
    const hidden = contents.filter((version, index) => version.action === 'hide' || contents[index - 1]?.name === version.name).length;
    if (hidden > 0) notices.push(leavings('lifecycle-keeps-hidden', bucket, hidden));
  }
  if (!removes(bucket, at.root, ({ cancelsUnfinishedAfter }) => cancelsUnfinishedAfter)) {
    const { versions } = await at.client.listUnfinished({ ...query, count: 100 }, signal);
    const old = versions.filter(({ uploadedAt }) => Date.now() - uploadedAt > dayMs).length;
    if (old > 0) notices.push(leavings('lifecycle-keeps-unfinished', bucket, old));
  }
  return notices;
}

function leavings(id: string, { name: bucket }: Bucket, count: number): Notice {
  return { id, message: `%b2.notice.${id}%`, placeholders: { bucket, count: String(count) } };
}

/** Whether one of the rules does it to all that is below the root. */
function removes({ lifecycleRules }: Bucket, root: string, after: (rule: LifecycleRule) => number | undefined): boolean {
  return lifecycleRules.some((rule) => root.startsWith(rule.namePrefix) && after(rule) !== undefined);
}
