import type { Account } from '../account.js';
import { ApiError, badRequest, unauthorized } from '../api-error.js';
import { describeBucket } from '../descriptions.js';
import type { Fields } from '../fields.js';
import { lifecycleRulesOf } from '../lifecycle-rules.js';
import type { BucketType } from '../server-interface.js';
import type { CallDefinition } from './call.js';

/** Settings of buckets that this server has no use for. */
const unused = ['corsRules', 'defaultRetention', 'defaultServerSideEncryption', 'fileLockEnabled', 'replicationConfiguration'];

export function checkAccountId(account: Account, fields: Fields): void {
  if (fields.string('accountId') !== account.accountId) throw badRequest('invalid accountId');
}

function bucketTypeOf(text: string | undefined): BucketType | undefined {
  if (text === undefined || text === 'allPrivate' || text === 'allPublic') return text;
  throw badRequest(`invalid bucketType: ${text}`);
}

export const bucketCalls: Readonly<Record<string, CallDefinition>> = {
  b2_create_bucket: {
    run({ account, access, fields }) {
      checkAccountId(account, fields);
      const name = fields.string('bucketName');
      const type = bucketTypeOf(fields.string('bucketType')) ?? 'allPrivate';
      const info = fields.optionalTexts('bucketInfo');
      const lifecycleRules = lifecycleRulesOf(fields);
      fields.ignore(...unused);
      fields.end();
      access.require('writeBuckets');
      return describeBucket(account, account.buckets.create({ name, type, info, lifecycleRules }));
    },
  },

  b2_list_buckets: {
    byGet: true,
    run({ account, access, fields, version }) {
      checkAccountId(account, fields);
      const bucketId = fields.optionalString('bucketId');
      const bucketName = fields.optionalString('bucketName');
      const types = fields.optionalStrings('bucketTypes');
      fields.end();
      access.require('listBuckets');
      const wanted = account.buckets
        .all()
        .filter((bucket) => bucketId === undefined || bucket.bucketId === bucketId)
        .filter((bucket) => bucketName === undefined || bucket.bucketName.toLowerCase() === bucketName.toLowerCase());
      // The first version lists what a limited key may see; later ones want to be asked for that bucket alone.
      const visible = wanted.filter((bucket) => access.maySee(bucket));
      const asksForOne = bucketId !== undefined || bucketName !== undefined;
      const mayNot = access.key.bucketIds !== undefined && (!asksForOne || visible.length === 0);
      if (version > 1 && mayNot) throw unauthorized();
      const listed = visible.filter(({ bucketType }) => types === undefined || types.includes('all') || types.includes(bucketType));
      return { buckets: listed.map((bucket) => describeBucket(account, bucket)) };
    },
  },

  b2_update_bucket: {
    run({ account, access, fields }) {
      checkAccountId(account, fields);
      const bucketId = fields.string('bucketId');
      const type = bucketTypeOf(fields.optionalString('bucketType'));
      const info = fields.optionalTexts('bucketInfo');
      const rules = lifecycleRulesOf(fields);
      const expected = fields.optionalInteger('ifRevisionIs', { minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
      fields.ignore(...unused);
      fields.end();
      access.require('writeBuckets');
      access.requireBucket(bucketId);
      const bucket = account.buckets.get(bucketId);
      if (expected !== undefined && expected !== bucket.revision) {
        throw new ApiError(409, 'conflict', `Revision is ${bucket.revision}, not ${expected}`);
      }
      account.buckets.update(bucket, { type, info, lifecycleRules: rules });
      return describeBucket(account, bucket);
    },
  },

  b2_delete_bucket: {
    run({ account, access, fields }) {
      checkAccountId(account, fields);
      const bucketId = fields.string('bucketId');
      fields.end();
      access.require('deleteBuckets');
      access.requireBucket(bucketId);
      const bucket = account.buckets.get(bucketId);
      account.buckets.delete(bucket);
      return describeBucket(account, bucket);
    },
  },
};
