import { ApiError, badRequest } from '../api-error.js';
import { describeVersion } from '../descriptions.js';
import { checkFileName } from '../file-names.js';
import type { CallDefinition } from './call.js';

const week = 7 * 24 * 3600;

export const fileCalls: Readonly<Record<string, CallDefinition>> = {
  b2_get_upload_url: {
    byGet: true,
    uploads: true,
    run({ account, access, fields, version, address }) {
      const bucketId = fields.string('bucketId');
      fields.end();
      access.require('writeFiles');
      access.requireBucket(bucketId);
      account.buckets.get(bucketId);
      const { token, target } = account.tokens.forUpload(access.key, bucketId);
      return { authorizationToken: token, bucketId, uploadUrl: `${address}/b2api/v${version}/b2_upload_file/${target}` };
    },
  },

  b2_get_file_info: {
    byGet: true,
    run({ account, access, fields }) {
      const fileId = fields.string('fileId');
      fields.end();
      access.require('readFiles');
      const version = account.version(fileId);
      access.requireFile('readFiles', version.bucketId, version.fileName);
      return describeVersion(account, version);
    },
  },

  b2_hide_file: {
    run({ account, access, fields }) {
      const bucketId = fields.string('bucketId');
      const fileName = checkFileName(fields.string('fileName'));
      fields.end();
      access.requireFile('writeFiles', bucketId, fileName);
      const newest = account.buckets.get(bucketId).versions.newest(fileName);
      if (newest === undefined) throw new ApiError(400, 'no_such_file', `File not present: ${fileName}`);
      if (newest.action === 'hide') throw new ApiError(400, 'already_hidden', `File already hidden: ${fileName}`);
      const marker = { action: 'hide' as const, ...account.newVersion(bucketId, fileName) };
      account.addVersion(marker);
      return describeVersion(account, marker);
    },
  },

  b2_delete_file_version: {
    run({ account, access, fields }) {
      const fileName = checkFileName(fields.string('fileName'));
      const fileId = fields.string('fileId');
      fields.ignore('bypassGovernance');
      fields.end();
      access.require('deleteFiles');
      access.requireName(fileName);
      const bucketId = /^4_z([0-9a-f]{24})_/.exec(fileId)?.[1];
      if (bucketId === undefined) throw badRequest(`Bad fileId: ${fileId}`);
      access.requireBucket(bucketId);
      const version = account.buckets.find(bucketId)?.versions.find(fileName, fileId);
      if (version === undefined) throw new ApiError(400, 'file_not_present', `File not present: ${fileName} ${fileId}`);
      account.removeVersion(version);
      return { fileId, fileName };
    },
  },

  b2_get_download_authorization: {
    byGet: true,
    run({ account, access, fields }) {
      const bucketId = fields.string('bucketId');
      const fileNamePrefix = fields.string('fileNamePrefix');
      const seconds = fields.integer('validDurationInSeconds', { minimum: 1, maximum: week });
      fields.ignore('b2CacheControl', 'b2ContentDisposition', 'b2ContentEncoding', 'b2ContentLanguage', 'b2ContentType', 'b2Expires');
      fields.end();
      access.requireFile('shareFiles', bucketId, fileNamePrefix);
      account.buckets.get(bucketId);
      const { token } = account.tokens.forDownload(access.key, bucketId, fileNamePrefix, seconds * 1000);
      return { authorizationToken: token, bucketId, fileNamePrefix };
    },
  },
};
