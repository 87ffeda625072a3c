import { ApiError, badRequest } from '../api-error.js';
import { parseRange } from '../byte-range.js';
import { describePart, describeVersion } from '../descriptions.js';
import { checkFileInfo, contentTypeOf } from '../file-info.js';
import { checkFileName } from '../file-names.js';
import type { UploadedVersion } from '../file-versions.js';
import { sha1Of, sliceOf } from '../stored-bytes.js';
import type { Call, CallDefinition } from './call.js';
import { maximumParts } from './large-files.js';

const maximumBytes = 5e9;

/** What is copied: the whole of a file or a range, where the key may read it. */
function sourceOf({ account, access }: Call, fileId: string, range: string | undefined) {
  access.require('readFiles');
  const source = account.version(fileId);
  access.requireFile('readFiles', source.bucketId, source.fileName);
  if (source.action !== 'upload') throw badRequest(`Source is no file: ${fileId}`);
  const { offset, length } = parseRange(range, source.body.size) ?? { offset: 0, length: source.body.size };
  if (length > maximumBytes) throw new ApiError(400, 'source_too_large', `Copy source too big: ${length}`);
  return { source, copy: () => sliceOf(source.body, offset, length), isWhole: length === source.body.size };
}

export const copyCalls: Readonly<Record<string, CallDefinition>> = {
  b2_copy_file: {
    uploads: true,
    async run(call) {
      const { account, access, fields } = call;
      const fileId = fields.string('sourceFileId');
      const fileName = checkFileName(fields.string('fileName'));
      const bucketId = fields.optionalString('destinationBucketId');
      const range = fields.optionalString('range');
      const directive = fields.optionalString('metadataDirective') ?? 'COPY';
      const contentType = fields.optionalString('contentType');
      const fileInfo = fields.optionalTexts('fileInfo');
      fields.ignore('fileRetention', 'legalHold', 'sourceServerSideEncryption', 'destinationServerSideEncryption');
      fields.end();
      if (directive !== 'COPY' && directive !== 'REPLACE') throw badRequest(`invalid metadataDirective: ${directive}`);
      const keeps = directive === 'COPY';
      if (keeps && (contentType !== undefined || fileInfo !== undefined)) throw badRequest('contentType and fileInfo need REPLACE');
      if (!keeps && contentType === undefined) throw badRequest('required field contentType is missing');
      const { source, copy, isWhole } = sourceOf(call, fileId, range);
      const target = bucketId ?? source.bucketId;
      access.requireFile('writeFiles', target, fileName);
      account.buckets.get(target);
      const body = copy();
      const version: UploadedVersion = {
        ...account.newVersion(target, fileName),
        action: 'upload',
        body,
        contentSha1: isWhole ? source.contentSha1 : await sha1Of(body),
        contentType: keeps ? source.contentType : contentTypeOf(contentType ?? ''),
        fileInfo: keeps ? source.fileInfo : checkFileInfo(fileInfo ?? {}),
      };
      account.addVersion(version);
      return describeVersion(account, version);
    },
  },

  b2_copy_part: {
    uploads: true,
    async run(call) {
      const { account, access, fields } = call;
      const fileId = fields.string('sourceFileId');
      const largeFileId = fields.string('largeFileId');
      const partNumber = fields.integer('partNumber', { minimum: 1, maximum: maximumParts });
      const range = fields.optionalString('range');
      fields.ignore('sourceServerSideEncryption', 'destinationServerSideEncryption');
      fields.end();
      const { copy } = sourceOf(call, fileId, range);
      const { bucketId, fileName } = account.unfinishedFile(largeFileId);
      access.requireFile('writeFiles', bucketId, fileName);
      const body = copy();
      const contentSha1 = await sha1Of(body);
      const part = { partNumber, body, contentSha1, uploadTimestamp: account.now() };
      account.addPart(largeFileId, part);
      return describePart(largeFileId, part);
    },
  },
};
