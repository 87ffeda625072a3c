import { ApiError, badRequest } from '../api-error.js';
import { describePart, describeVersion } from '../descriptions.js';
import { checkFileInfo, contentTypeOf } from '../file-info.js';
import { checkFileName } from '../file-names.js';
import type { UnfinishedFile, UploadedVersion } from '../file-versions.js';
import { joined, release } from '../stored-bytes.js';
import type { Call, CallDefinition } from './call.js';

export const maximumParts = 10_000;
const maximumFileBytes = 10e12;

/** The large file that the call names, where the key may write to it. */
function unfinishedOf({ account, access }: Call, fileId: string): UnfinishedFile {
  access.require('writeFiles');
  const file = account.unfinishedFile(fileId);
  access.requireFile('writeFiles', file.bucketId, file.fileName);
  return file;
}

/** Throws unless the parts are those named, without a gap, and none but the last too small. */
function checkParts(file: UnfinishedFile, sha1s: readonly string[], minimumBytes: number): void {
  // A file of one part is none of this kind.
  if (sha1s.length < 2) throw badRequest('large files must have at least 2 parts');
  if (file.parts.size !== sha1s.length) {
    throw badRequest(`partSha1Array has ${sha1s.length} entries, but ${file.parts.size} parts were uploaded`);
  }
  for (const [index, sha1] of sha1s.entries()) {
    const number = index + 1;
    const part = file.parts.get(number);
    if (part === undefined) throw new ApiError(400, 'missing_part', `Part number ${number} has not been uploaded`);
    if (part.contentSha1 !== sha1) throw new ApiError(400, 'part_sha1_mismatch', `Sha1 of part ${number} does not match`);
    if (number < sha1s.length && part.body.size < minimumBytes) {
      throw badRequest(`Part number ${number} is smaller than ${minimumBytes} bytes`);
    }
  }
}

export const largeFileCalls: Readonly<Record<string, CallDefinition>> = {
  b2_start_large_file: {
    uploads: true,
    run({ account, access, fields }) {
      const bucketId = fields.string('bucketId');
      const fileName = checkFileName(fields.string('fileName'));
      const contentType = contentTypeOf(fields.string('contentType'));
      const fileInfo = checkFileInfo(fields.optionalTexts('fileInfo') ?? {});
      fields.ignore('fileRetention', 'legalHold', 'serverSideEncryption');
      fields.end();
      access.requireFile('writeFiles', bucketId, fileName);
      account.buckets.get(bucketId);
      const file = { action: 'start' as const, contentType, fileInfo, parts: new Map(), ...account.newVersion(bucketId, fileName) };
      account.addVersion(file);
      return describeVersion(account, file);
    },
  },

  b2_get_upload_part_url: {
    byGet: true,
    uploads: true,
    run(call) {
      const { account, access, fields, version, address } = call;
      const fileId = fields.string('fileId');
      fields.end();
      const file = unfinishedOf(call, fileId);
      const { token, target } = account.tokens.forUpload(access.key, file.bucketId, fileId);
      return { authorizationToken: token, fileId, uploadUrl: `${address}/b2api/v${version}/b2_upload_part/${target}` };
    },
  },

  b2_list_parts: {
    byGet: true,
    run(call) {
      const { fields } = call;
      const fileId = fields.string('fileId');
      const start = fields.optionalInteger('startPartNumber', { minimum: 1, maximum: maximumParts }) ?? 1;
      const count = fields.pageSize('maxPartCount', { standard: 100, maximum: 1000 });
      fields.end();
      const parts = [...unfinishedOf(call, fileId).parts.values()]
        .sort((one, other) => one.partNumber - other.partNumber)
        .filter(({ partNumber }) => partNumber >= start);
      return {
        parts: parts.slice(0, count).map((part) => describePart(fileId, part)),
        nextPartNumber: parts[count]?.partNumber ?? null,
      };
    },
  },

  b2_finish_large_file: {
    run(call) {
      const { account, fields } = call;
      const fileId = fields.string('fileId');
      const sha1s = fields.strings('partSha1Array');
      fields.end();
      const file = unfinishedOf(call, fileId);
      checkParts(file, sha1s, account.absoluteMinimumPartSize);
      const parts = sha1s.flatMap((_, index) => file.parts.get(index + 1)?.body ?? []);
      const body = joined(parts);
      if (body.size > maximumFileBytes) {
        release(body);
        throw badRequest(`File is larger than ${maximumFileBytes} bytes`);
      }
      // It keeps its id and the time of its start: what was uploaded under its name meanwhile stays the newest.
      const { parts: _, action: __, ...kept } = file;
      const finished: UploadedVersion = { ...kept, action: 'upload', body, contentSha1: 'none' };
      account.removeVersion(file);
      account.addVersion(finished);
      return describeVersion(account, finished);
    },
  },

  b2_cancel_large_file: {
    run(call) {
      const { account, fields } = call;
      const fileId = fields.string('fileId');
      fields.end();
      const file = unfinishedOf(call, fileId);
      account.removeVersion(file);
      return { accountId: account.accountId, bucketId: file.bucketId, fileId, fileName: file.fileName };
    },
  },
};
