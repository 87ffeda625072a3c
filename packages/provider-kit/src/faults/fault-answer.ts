import { STATUS_CODES } from 'node:http';
import type { Fault } from './fault.js';

/** An answer that the proxy gives itself. */
export interface FaultAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The answer of those faults that are one. */
export function faultAnswer(fault: Fault): FaultAnswer | undefined {
  if (typeof fault === 'string') return undefined;
  if ('redirect' in fault) return { status: fault.status ?? 307, headers: { Location: fault.redirect }, body: Buffer.alloc(0) };
  if (!('status' in fault)) return undefined;
  const { status, body = '', headers = {} } = fault;
  if (typeof body === 'string') return { status, headers, body: Buffer.from(body) };
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: Buffer.from(JSON.stringify(body)) };
}

/** As bytes; without its body for a method whose answers have none. */
export function answerBytes({ status, headers, body }: FaultAnswer, { method, close }: { method: string; close: boolean }): Buffer {
  const all = { Date: new Date().toUTCString(), 'Content-Length': body.length, Connection: close ? 'close' : 'keep-alive', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Fault'}\r\n${lines.join('')}\r\n`);
  return method === 'HEAD' ? head : Buffer.concat([head, body]);
}

/** Bytes that look like no protocol, the same for the same seed. */
export function garbageBytes(seed: number): Buffer {
  const bytes = Buffer.alloc(256);
  let state = seed >>> 0;
  for (let index = 0; index < bytes.length; index++) {
    // Marsaglia's xorshift; it never leaves zero, so it doesn't start there.
    state = state === 0 ? 0x9e3779b9 : state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 0xff;
  }
  return bytes;
}
