import { badRequest } from '../api-error.js';
import { describeKey } from '../descriptions.js';
import { checkAccountId } from './buckets.js';
import type { CallDefinition } from './call.js';

const thousandDays = 1000 * 24 * 3600;

export const keyCalls: Readonly<Record<string, CallDefinition>> = {
  b2_create_key: {
    run({ account, access, fields, version }) {
      checkAccountId(account, fields);
      const capabilities = fields.strings('capabilities');
      const keyName = fields.string('keyName');
      const seconds = fields.optionalInteger('validDurationInSeconds', { minimum: 1, maximum: thousandDays });
      const bucketId = version < 4 ? fields.optionalString('bucketId') : undefined;
      const bucketIds = version < 4 ? bucketId && [bucketId] : fields.optionalStrings('bucketIds');
      const namePrefix = fields.optionalString('namePrefix');
      fields.end();
      access.require('writeKeys');
      for (const id of bucketIds || []) account.buckets.get(id);
      const expirationTimestamp = seconds === undefined ? undefined : account.now() + seconds * 1000;
      const key = account.keys.create({ keyName, capabilities, bucketIds: bucketIds || undefined, namePrefix, expirationTimestamp });
      return { ...describeKey(account, key, version), applicationKey: key.applicationKey };
    },
  },

  b2_list_keys: {
    byGet: true,
    run({ account, access, fields, version }) {
      checkAccountId(account, fields);
      const count = fields.pageSize('maxKeyCount', { standard: 100, maximum: 10_000 });
      const start = fields.optionalString('startApplicationKeyId') ?? '';
      fields.end();
      access.require('listKeys');
      const keys = account.keys.all().filter(({ keyId }) => keyId >= start);
      const next = keys[count]?.keyId ?? null;
      return { keys: keys.slice(0, count).map((key) => describeKey(account, key, version)), nextApplicationKeyId: next };
    },
  },

  b2_delete_key: {
    run({ account, access, fields, version }) {
      const keyId = fields.string('applicationKeyId');
      fields.end();
      access.require('deleteKeys');
      if (keyId === account.keys.master.keyId) throw badRequest('The master application key can not be deleted');
      const key = account.keys.delete(keyId);
      account.tokens.revoke(keyId);
      return describeKey(account, key, version);
    },
  },
};
