import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Access } from './access.js';
import type { Account } from './account.js';
import { badRequest, badToken, notFound, unauthorized } from './api-error.js';
import type { Bucket } from './buckets.js';
import { parseRange } from './byte-range.js';
import { decodeText, encodeText } from './file-names.js';
import type { UploadedVersion } from './file-versions.js';
import type { B2Fault } from './server-interface.js';
import { read } from './stored-bytes.js';

export interface Download {
  readonly account: Account;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly fault: B2Fault | undefined;
}

/** @param path behind `/file/`: the bucket's name and the file's */
export async function downloadByName(download: Download, path: string): Promise<void> {
  const slash = path.indexOf('/');
  if (slash < 0) throw badRequest('No file name');
  const bucket = download.account.buckets.getNamed(decodeText(path.slice(0, slash)));
  const fileName = decodeText(path.slice(slash + 1));
  checkMayDownload(download, bucket, fileName, 'by name');
  const version = bucket.versions.current(fileName);
  if (version === undefined) throw notFound(`File with such name does not exist: ${fileName}`);
  await send(download, version);
}

export async function downloadById(download: Download, fileId: string | null): Promise<void> {
  if (fileId === null) throw badRequest('required field fileId is missing');
  const version = download.account.version(fileId);
  checkMayDownload(download, download.account.buckets.get(version.bucketId), version.fileName, 'by id');
  if (version.action !== 'upload') throw notFound(`File not present: ${fileId}`);
  await send(download, version);
}

/** Throws unless the bucket is public, or the token that came allows to read the file. */
function checkMayDownload({ account, request, url }: Download, bucket: Bucket, fileName: string, how: 'by name' | 'by id'): void {
  const given = request.headers.authorization ?? url.searchParams.get('Authorization') ?? undefined;
  if (given === undefined) {
    if (bucket.bucketType === 'allPublic') return;
    throw unauthorized('');
  }
  const token = account.tokens.get(given);
  if (token.kind === 'account') {
    new Access(account.tokens.useForCall(given).key).requireFile('readFiles', bucket.bucketId, fileName);
    return;
  }
  if (token.kind !== 'download' || how === 'by id') throw badToken();
  if (token.bucketId !== bucket.bucketId || !fileName.startsWith(token.fileNamePrefix)) throw unauthorized();
}

async function send({ request, response, fault }: Download, version: UploadedVersion): Promise<void> {
  const { size } = version.body;
  const range = parseRange(request.headers.range, size);
  const { offset, length } = range ?? { offset: 0, length: size };
  const part = fault === 'short' ? Math.floor(length / 2) : length;
  response.writeHead(range ? 206 : 200, {
    ...headersOf(version),
    'Content-Length': part,
    ...(range ? { 'Content-Range': `bytes ${offset}-${offset + length - 1}/${size}` } : {}),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(faulty(read(version.body, offset, part), part, response, fault), response);
}

/** The bytes as they are to arrive, and what befalls the connection half-way. */
async function* faulty(source: AsyncIterable<Buffer>, length: number, response: ServerResponse, fault: B2Fault | undefined) {
  const half = Math.floor(length / 2);
  let at = 0;
  for await (const chunk of source) {
    const hits = at <= half && half < at + chunk.length;
    if (hits && fault === 'flip-byte') chunk.writeUInt8(chunk.readUInt8(half - at) ^ 0xff, half - at);
    if (hits && (fault === 'truncate' || fault === 'reset' || fault === 'stall')) {
      yield chunk.subarray(0, half - at);
      await breakOff(response, fault);
      return;
    }
    yield chunk;
    at += chunk.length;
  }
}

async function breakOff(response: ServerResponse, fault: 'truncate' | 'reset' | 'stall'): Promise<void> {
  // What was written before shall arrive.
  while (response.writableLength > 0 && !response.destroyed) await new Promise((resolve) => setTimeout(resolve, 5));
  if (response.destroyed) return;
  const closed = once(response, 'close');
  if (fault === 'truncate') response.socket?.end();
  if (fault === 'reset') response.socket?.resetAndDestroy();
  await closed;
}

const headerOfInfo: Readonly<Record<string, string>> = {
  'b2-cache-control': 'Cache-Control',
  'b2-content-disposition': 'Content-Disposition',
  'b2-content-encoding': 'Content-Encoding',
  'b2-content-language': 'Content-Language',
  'b2-expires': 'Expires',
};

function headersOf(version: UploadedVersion): OutgoingHttpHeaders {
  const info = Object.entries(version.fileInfo).map(([name, value]): readonly [string, string] => {
    const header = headerOfInfo[name];
    return header === undefined ? [`X-Bz-Info-${name}`, encodeText(value)] : [header, value];
  });
  return {
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'max-age=0, no-cache, no-store',
    'Content-Type': version.contentType,
    'X-Bz-Content-Sha1': version.contentSha1,
    'X-Bz-File-Id': version.fileId,
    'X-Bz-File-Name': encodeText(version.fileName),
    'X-Bz-Upload-Timestamp': version.uploadTimestamp,
    ...Object.fromEntries(info),
  };
}
