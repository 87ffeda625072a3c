import type { Account } from './account.js';
import type { Bucket } from './buckets.js';
import type { FileVersion, Part } from './file-versions.js';
import type { ApplicationKey } from './keys.js';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

const noEncryption = { algorithm: null, mode: null };

export function describeBucket({ accountId }: Account, bucket: Bucket): JsonObject {
  return {
    accountId,
    bucketId: bucket.bucketId,
    bucketInfo: bucket.bucketInfo,
    bucketName: bucket.bucketName,
    bucketType: bucket.bucketType,
    corsRules: [],
    defaultServerSideEncryption: { isClientAuthorizedToRead: true, value: noEncryption },
    fileLockConfiguration: {
      isClientAuthorizedToRead: true,
      value: { defaultRetention: { mode: null, period: null }, isFileLockEnabled: false },
    },
    lifecycleRules: bucket.lifecycleRules.map((rule) => ({ ...rule })),
    options: ['s3'],
    replicationConfiguration: { isClientAuthorizedToRead: true, value: null },
    revision: bucket.revision,
  };
}

export function describeVersion({ accountId }: Account, version: FileVersion): JsonObject {
  const { action, bucketId, fileId, fileName, uploadTimestamp } = version;
  const isUpload = action === 'upload';
  const isHide = action === 'hide';
  return {
    accountId,
    action,
    bucketId,
    contentLength: isUpload ? version.body.size : 0,
    contentSha1: isUpload ? version.contentSha1 : 'none',
    contentType: isHide ? 'application/x-bz-hide-marker' : version.contentType,
    fileId,
    fileInfo: isHide ? {} : version.fileInfo,
    fileName,
    fileRetention: { isClientAuthorizedToRead: true, value: { mode: null, retainUntilTimestamp: null } },
    legalHold: { isClientAuthorizedToRead: true, value: null },
    replicationStatus: null,
    serverSideEncryption: noEncryption,
    uploadTimestamp,
  };
}

/** What lies below the next delimiter, as one entry of a list. */
export function describeFolder({ accountId }: Account, bucketId: string, fileName: string): JsonObject {
  return {
    accountId,
    action: 'folder',
    bucketId,
    contentLength: 0,
    contentSha1: null,
    contentType: null,
    fileId: null,
    fileInfo: {},
    fileName,
    fileRetention: null,
    legalHold: null,
    replicationStatus: null,
    serverSideEncryption: null,
    uploadTimestamp: 0,
  };
}

export function describePart(fileId: string, { partNumber, body, contentSha1, uploadTimestamp }: Part): JsonObject {
  return { fileId, partNumber, contentLength: body.size, contentSha1, serverSideEncryption: noEncryption, uploadTimestamp };
}

/** A key as it is listed: without its secret. */
export function describeKey({ accountId }: Account, key: ApplicationKey, version: number): JsonObject {
  return {
    accountId,
    applicationKeyId: key.keyId,
    keyName: key.keyName,
    capabilities: key.capabilities,
    ...(version >= 4 ? { bucketIds: key.bucketIds ?? null } : { bucketId: key.bucketIds?.[0] ?? null }),
    namePrefix: key.namePrefix ?? null,
    expirationTimestamp: key.expirationTimestamp ?? null,
    options: ['s3'],
  };
}

/** As the first version of the API lists files: their length is also called their size. */
export function asFirstVersion(document: JsonObject): JsonObject {
  const { files } = document;
  if (!Array.isArray(files)) return document;
  return { ...document, files: files.map((file: JsonObject) => ({ ...file, size: file['contentLength'] ?? 0 })) };
}
