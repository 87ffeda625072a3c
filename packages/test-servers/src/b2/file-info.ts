import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from './api-error.js';
import { decodeText } from './file-names.js';

const header = 'x-bz-info-';
const maximumBytes = 7000;

/** What the client wants to be kept with a file. */
export function checkFileInfo(info: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(info);
  if (entries.length > 10) throw badRequest('A file may have at most 10 fields of file info');
  for (const [name] of entries) {
    if (!/^[A-Za-z0-9_.`~!#$%^&*'|+-]{1,50}$/.test(name)) throw badRequest(`Bad name of file info: ${name}`);
  }
  const bytes = entries.reduce((sum, [name, value]) => sum + header.length + name.length + encodeURIComponent(value).length, 0);
  if (bytes > maximumBytes) throw badRequest(`File info has more than ${maximumBytes} bytes`);
  return info;
}

export function fileInfoOf(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const named = Object.entries(headers).filter(([name]) => name.startsWith(header));
  return checkFileInfo(Object.fromEntries(named.map(([name, value]) => [name.slice(header.length), decodeText(String(value))])));
}

/** `b2/x-auto` lets the server guess; this one guesses nothing. */
export function contentTypeOf(given: string): string {
  return given === 'b2/x-auto' ? 'application/octet-stream' : given;
}
