import { inspect } from 'node:util';

/** Shorter values are not hidden: they would be found in many a harmless word. */
export const shortestHidden = 4;

/**
 * The ways in which a value may stand in a log, a request or an error: as it is, in URLs and forms, in JSON, in XML, quoted by Node, in hex, and in
 * base64, also where something stands before it, such as the user's name in an Authorization header. None has less than four characters.
 */
export function encodedForms(value: string): readonly string[] {
  if (value.length < shortestHidden) return [];
  const utf8 = Buffer.from(value);
  const inUrl = percentEncoded(value);
  const json = inJson(value);
  const forms = [
    value,
    ...[inUrl, encodeURI(wellFormed(value)), new URLSearchParams([['', value]]).toString().slice(1)].flatMap(withBothCases),
    json,
    inJson(json),
    inAscii(json),
    json.replaceAll('/', '\\/'),
    inspect(value, { maxStringLength: null }).slice(1, -1),
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    inXmlAttribute(value),
    ...['hex' as const].flatMap((encoding) => [utf8.toString(encoding), utf8.toString(encoding).toUpperCase()]),
    ...[0, 1, 2].flatMap((before) => inBase64(utf8, before)),
  ];
  return [...new Set(forms)].filter((form) => form.length >= shortestHidden);
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function inAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function inXmlAttribute(value: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return value.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

function percentEncoded(value: string): string {
  return encodeURIComponent(wellFormed(value));
}

/** Half a character pair can't be encoded in URLs, which is an error there. */
function wellFormed(value: string): string {
  return value.toWellFormed();
}

/** `%2F` may be written `%2f`. */
function withBothCases(encoded: string): string[] {
  return [encoded, encoded.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())];
}

/** The characters that are the same whatever stands before and behind; with and without the characters that URLs want. */
function inBase64(bytes: Buffer, before: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(before), bytes]);
  const from = Math.ceil((before * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  return [padded.toString('base64').slice(from, to), padded.toString('base64url').slice(from, to)];
}
