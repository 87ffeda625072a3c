import type { IncomingMessage } from 'node:http';
import { Access } from './access.js';
import type { Account } from './account.js';
import { ApiError, badRequest, badToken } from './api-error.js';
import { maximumParts } from './calls/large-files.js';
import { describePart, describeVersion, type JsonObject } from './descriptions.js';
import { contentTypeOf, fileInfoOf } from './file-info.js';
import { checkFileName, decodeText } from './file-names.js';
import { type Body, release } from './stored-bytes.js';
import type { UploadToken } from './tokens.js';
import { type Trailer, withoutTrailer } from './trailer.js';

const maximumBytes = 5 * 2 ** 30;
const sha1Digits = 40;

export interface Upload {
  readonly account: Account;
  readonly request: IncomingMessage;
  /** What the upload URL ends with. */
  readonly target: string;
  /** The request's body, as the server is to see it. */
  readonly source: AsyncIterable<Buffer>;
}

/** Bytes that came, and what is known of their digest. */
interface Received {
  readonly body: Body;
  readonly sha1: string;
  /** As files show it. */
  readonly contentSha1: string;
}

export async function uploadFile(upload: Upload): Promise<JsonObject> {
  const { account, request } = upload;
  const token = tokenOf(upload);
  if (token.fileId !== undefined) throw badToken();
  const fileName = checkFileName(decodeText(headerOf(request, 'X-Bz-File-Name')));
  const contentType = contentTypeOf(headerOf(request, 'Content-Type'));
  const fileInfo = fileInfoOf(request.headers);
  new Access(token.key).requireFile('writeFiles', token.bucketId, fileName);
  const bucket = account.buckets.get(token.bucketId);
  const identity = account.newVersion(bucket.bucketId, fileName);
  const { body, contentSha1 } = await receive(upload, token);
  if (account.buckets.find(bucket.bucketId) === undefined) {
    release(body);
    throw badRequest('The bucket was deleted meanwhile');
  }
  const version = { ...identity, action: 'upload' as const, body, contentSha1, contentType, fileInfo };
  account.addVersion(version);
  return describeVersion(account, version);
}

export async function uploadPart(upload: Upload): Promise<JsonObject> {
  const { account, request } = upload;
  const token = tokenOf(upload);
  if (token.fileId === undefined) throw badToken();
  const { fileId } = token;
  const partNumber = Number(headerOf(request, 'X-Bz-Part-Number'));
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > maximumParts) {
    throw badRequest(`Part number must be in range 1 - ${maximumParts}`);
  }
  account.unfinishedFile(fileId);
  if (Number(request.headers['content-length']) === 0) throw badRequest('Parts must have at least one byte');
  const { body, sha1 } = await receive(upload, token);
  const part = { partNumber, body, contentSha1: sha1, uploadTimestamp: account.now() };
  account.addPart(fileId, part);
  return describePart(fileId, part);
}

/** Whether an upload URL is refused after this error; then clients ask for another one. */
export const endsUploadUrl = (error: unknown) => !(error instanceof ApiError) || error.status >= 500 || error.status === 408;

/** The token with which the request came, if it is one for this URL. */
export function tokenOf({ account, request, target }: Pick<Upload, 'account' | 'request' | 'target'>): UploadToken {
  const token = account.tokens.get(request.headers.authorization);
  if (token.kind !== 'upload' || token.target !== target) throw badToken();
  return token;
}

async function receive(upload: Upload, token: UploadToken): Promise<Received> {
  const wanted = headerOf(upload.request, 'X-Bz-Content-Sha1').toLowerCase();
  const atEnd = wanted === 'hex_digits_at_end';
  const unverified = wanted === 'do_not_verify';
  if (!atEnd && !unverified && !/^[0-9a-f]{40}$/.test(wanted)) throw badRequest('Invalid header: X-Bz-Content-Sha1');
  const size = contentLengthOf(upload.request) - (atEnd ? sha1Digits : 0);
  if (size < 0) throw badRequest('Content-Length leaves no room for the SHA-1');
  if (size > maximumBytes) throw badRequest(`Content-Length is more than ${maximumBytes}`);
  if (token.inUse) throw new ApiError(400, 'auth_token_limit', `more than one upload using auth token ${token.token}`);
  token.inUse = true;
  try {
    const trailer: Trailer = { text: '' };
    const { body, sha1 } = await upload.account.bytes.receive(atEnd ? withoutTrailer(upload.source, size, trailer) : upload.source);
    if (!unverified && sha1 !== (atEnd ? trailer.text.toLowerCase() : wanted)) {
      release(body);
      throw badRequest('Sha1 did not match data received');
    }
    return { body, sha1, contentSha1: unverified ? `unverified:${sha1}` : sha1 };
  } finally {
    token.inUse = false;
  }
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name.toLowerCase()];
  if (typeof value !== 'string' || value === '') throw badRequest(`Missing header: ${name}`);
  return value;
}

function contentLengthOf(request: IncomingMessage): number {
  const length = Number(headerOf(request, 'Content-Length'));
  if (!Number.isSafeInteger(length) || length < 0) throw badRequest('Invalid header: Content-Length');
  return length;
}
