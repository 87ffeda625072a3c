import { decodeName, encodeName } from '../../base/file-name.js';

export type PaxRecords = ReadonlyMap<string, string>;

/** One `x` header holds no more; a reader never buffers more for a header it does not yet know. */
export const maxPaxLength = 1024 * 1024;

/** The records as bytes: `<length> <key>=<value>\n` each, where the length counts itself. */
export function encodePaxRecords(records: PaxRecords): Buffer {
  let text = '';
  let length = 0;
  for (const [key, value] of records) {
    const record = ` ${key}=${value}\n`;
    const size = lengthWithItself(byteLength(record));
    text += `${size}${record}`;
    length += size;
  }
  return length === text.length ? Buffer.from(text, 'latin1') : encodeName(text);
}

function lengthWithItself(rest: number): number {
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return length;
}

function byteLength(text: string): number {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return encodeName(text).length;
  return text.length;
}

/** The inverse; `undefined` if a record is malformed. Values that are not UTF-8 are kept, as in `base/file-name.ts`. */
export function decodePaxRecords(content: Buffer): Map<string, string> | undefined {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const digits = space < 0 ? '' : content.toString('latin1', at, Math.min(space, at + 9));
    const end = at + Number(digits);
    if (!/^[1-9]\d{0,7}$/.test(digits) || end > content.length || content[end - 1] !== 0x0a) return undefined;
    const equals = content.indexOf(0x3d, space + 1);
    if (equals <= space + 1 || equals >= end) return undefined;
    records.set(decodeName(content.subarray(space + 1, equals)), decodeName(content.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}

/** Seconds as pax writes them: a plain decimal fraction, the shortest that reads back as the same number. */
export function formatPaxTime(seconds: number): string {
  const shortest = String(seconds);
  return shortest.includes('e') ? seconds.toFixed(9) : shortest;
}

/** The inverse; `undefined` if it is not a number. Python writes tiny fractions with an exponent. */
export function parsePaxTime(text: string): number | undefined {
  if (!/^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) return undefined;
  const seconds = Number(text);
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** A count or an id; `undefined` if it is not a safe non-negative integer. */
export function parsePaxInteger(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
