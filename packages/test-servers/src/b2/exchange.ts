import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type ApiError, badRequest } from './api-error.js';
import type { JsonObject } from './descriptions.js';
import type { B2Fault } from './server-interface.js';

const maximumJsonBytes = 2 ** 20;

export async function readJson(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > maximumJsonBytes) throw badRequest('request body is too long');
  const bytes = await buffer(request);
  return bytes.toString();
}

/** Answers with a document, or with what a fault makes of it. */
export function answer(response: ServerResponse, document: JsonObject, fault: B2Fault | undefined): void {
  if (fault === 'lost-answer') {
    reset(response);
    return;
  }
  const bytes = Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`);
  const half = bytes.length >> 1;
  if (fault === 'flip-byte') bytes.writeUInt8(bytes.readUInt8(half) ^ 0xff, half);
  const length = fault === 'short' ? half : bytes.length;
  response.writeHead(200, {
    'Content-Type': 'application/json;charset=UTF-8',
    'Cache-Control': 'max-age=0, no-cache, no-store',
    'Content-Length': length,
  });
  if (fault === 'truncate') response.write(bytes.subarray(0, half), () => response.socket?.end());
  else response.end(bytes.subarray(0, length));
}

/** Answers with an error, once the rest of the request has come: who is still sending would see a broken connection instead. */
export async function answerError(request: IncomingMessage, response: ServerResponse, error: ApiError): Promise<void> {
  for await (const _ of request.iterator({ destroyOnReturn: false })) if (response.destroyed) return;
  const document = { code: error.code, message: error.message, status: error.status };
  response.writeHead(error.status, {
    'Content-Type': 'application/json;charset=UTF-8',
    ...(error.retryAfter === undefined ? {} : { 'Retry-After': error.retryAfter }),
  });
  response.end(request.method === 'HEAD' ? undefined : JSON.stringify(document, undefined, 2));
}

export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** Lets the client wait until it gives up. */
export async function stall(response: ServerResponse): Promise<void> {
  if (!response.destroyed) await once(response, 'close');
}

/** The body of an upload as the fault lets it come. */
export async function* faultyBody(request: IncomingMessage, response: ServerResponse, fault: B2Fault | undefined): AsyncGenerator<Buffer> {
  const half = Math.floor(Number(request.headers['content-length'] ?? 0) / 2);
  let at = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (at <= half && half < at + chunk.length) {
      if (fault === 'flip-byte') chunk.writeUInt8(chunk.readUInt8(half - at) ^ 0xff, half - at);
      if (fault === 'stall') await stall(response);
      if (fault === 'reset' || fault === 'truncate' || fault === 'short') reset(response);
    }
    yield chunk;
    at += chunk.length;
  }
}
