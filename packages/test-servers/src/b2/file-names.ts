import { badRequest } from './api-error.js';

const maximumBytes = 1024;

/** Throws where a file can't have this name. */
export function checkFileName(name: string): string {
  const bytes = Buffer.byteLength(name);
  if (bytes < 1) throw badRequest('File names must contain at least one character');
  if (bytes > maximumBytes) throw badRequest('File name too long in utf8');
  if (/[\0-\x1f]/.test(name)) throw badRequest('File names must not contain control characters');
  if (name.includes('\x7f')) throw badRequest('File names must not contain DEL');
  if (name.startsWith('/')) throw badRequest('File names must not start with "/"');
  if (name.endsWith('/')) throw badRequest('File names must not end with "/"');
  if (name.includes('//')) throw badRequest('File names must not contain "//"');
  return name;
}

/** As names and values come in headers and URLs: `+` and `%20` both stand for a blank. */
export function decodeText(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', '%20'));
  } catch {
    throw badRequest('Bad percent-encoding');
  }
}

/** As Backblaze writes them in headers: with `+` for a blank. */
export function encodeText(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/').replaceAll('%3A', ':');
}

/** The order of names is that of their bytes in UTF-8, which differs from that of UTF-16 behind the surrogates. */
export function compareNames(one: string, other: string): number {
  if (one === other) return 0;
  if (/[\ud800-\uffff]/.test(one) || /[\ud800-\uffff]/.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : 1;
}
