import type { ConnectionBytes } from './connection-bytes.js';

/** How a message's body is delimited. */
export type BodyFraming =
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-end' };

/** The start line and headers of a message. */
export interface HttpHead {
  /** As they came, with the empty line behind them. */
  readonly raw: Buffer;
  readonly startLine: string;
  /** Names in lower case; values of the same name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RequestHead extends HttpHead {
  readonly method: string;
  readonly path: string;
}

export interface AnswerHead extends HttpHead {
  readonly status: number;
}

const longestHead = 256 * 1024;

/** Undefined if the connection ends before a head is complete, or none comes in all that length. */
async function readHead(from: ConnectionBytes): Promise<HttpHead | undefined> {
  let bytes: Buffer = Buffer.alloc(0);
  while (bytes.length < longestHead) {
    const more = await from.read();
    if (more === undefined) return undefined;
    bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const raw = bytes.subarray(0, end + 4);
    from.unread(bytes.subarray(raw.length));
    const [startLine = '', ...lines] = raw.toString('latin1').trim().split('\r\n');
    return { raw, startLine, headers: headersOf(lines) };
  }
  return undefined;
}

export async function readRequestHead(from: ConnectionBytes): Promise<RequestHead | undefined> {
  const head = await readHead(from);
  const [, method, path] = /^(\S+) (\S+) HTTP\/1\.[01]$/.exec(head?.startLine ?? '') ?? [];
  return head === undefined || method === undefined || path === undefined ? undefined : { ...head, method, path };
}

export async function readAnswerHead(from: ConnectionBytes): Promise<AnswerHead | undefined> {
  const head = await readHead(from);
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(head?.startLine ?? '') ?? [];
  return head === undefined || status === undefined ? undefined : { ...head, status: Number(status) };
}

export function framingOfRequest({ headers }: RequestHead): BodyFraming {
  return framingOf(headers) ?? { kind: 'length', length: 0 };
}

export function framingOfAnswer({ status, headers }: AnswerHead, method: string): BodyFraming {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { kind: 'length', length: 0 };
  return framingOf(headers) ?? { kind: 'until-end' };
}

/** Whether the connection is good for another message after this one. */
export function staysOpen({ startLine, headers }: HttpHead): boolean {
  const wish = (headers['connection'] ?? '').toLowerCase();
  return startLine.includes('HTTP/1.0') ? wish.includes('keep-alive') : !wish.includes('close');
}

/** The head with other values of these headers. */
export function withHeaders({ raw }: HttpHead, values: Readonly<Record<string, string>>): Buffer {
  const names = Object.keys(values).map((name) => `${name.toLowerCase()}:`);
  const [startLine = '', ...lines] = raw.toString('latin1').trimEnd().split('\r\n');
  const others = lines.filter((line) => !names.some((name) => line.toLowerCase().startsWith(name)));
  const added = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([startLine, ...others, ...added, '', ''].join('\r\n'), 'latin1');
}

function framingOf(headers: Readonly<Record<string, string>>): BodyFraming | undefined {
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) return { kind: 'chunked' };
  const length = headers['content-length'];
  if (length === undefined) return undefined;
  if (!/^\d{1,15}$/.test(length)) throw new Error('The Content-Length is no number.');
  return { kind: 'length', length: Number(length) };
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}
