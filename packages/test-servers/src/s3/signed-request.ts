import { createHash, createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { S3Credentials } from './s3-server.js';

export interface S3Account extends S3Credentials {
  readonly endpoint: string;
  readonly region: string;
}

export interface S3Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Of the bucket, `` for the list of buckets. */
  readonly bucket: string;
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface S3Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Signs a request (AWS Signature Version 4), sends it on a connection of its own and reads the whole answer. */
export async function sendSigned(account: S3Account, request: S3Request, now = new Date()): Promise<S3Answer> {
  const url = new URL(account.endpoint);
  const body = Buffer.from(request.body ?? '');
  const { path, headers } = sign(account, { ...request, body }, url.host, now);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = send(
      {
        host: url.hostname,
        port: url.port,
        method: request.method,
        path,
        headers: { ...headers, 'content-length': body.length },
        agent: false,
      },
      (answer) => {
        buffer(answer).then((bytes) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes }), reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The request's path with its query, and its headers with the signature. */
function sign(
  { region, accessKeyId, secretAccessKey }: S3Account,
  { method, bucket, key, query = {}, headers = {}, body = '' }: S3Request,
  host: string,
  now: Date,
): { readonly path: string; readonly headers: Readonly<Record<string, string>> } {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const bodyDigest = sha256(body);
  const signedHeaders: Record<string, string> = { ...headers, host, 'x-amz-content-sha256': bodyDigest, 'x-amz-date': time };
  const names = Object.keys(signedHeaders).sort();
  const path = ['', bucket, ...(key === undefined ? [] : key.split('/'))].map(encode).join('/');
  const queryText = Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');

  const canonical = [
    method,
    path,
    queryText,
    ...names.map((name) => `${name}:${(signedHeaders[name] ?? '').trim()}`),
    '',
    names.join(';'),
    bodyDigest,
  ].join('\n');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const signingKey = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(signingKey, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
  return {
    path: queryText === '' ? path : `${path}?${queryText}`,
    headers: {
      ...signedHeaders,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    },
  };
}

/** All but letters, digits and `-._~` in percent form. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(secret: string | Buffer, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}
