import { isUtf8 } from 'node:buffer';

// A file name on Linux is bytes, mostly UTF-8. Inside the program a name is a string in which each byte that is not
// UTF-8 stands as the lone surrogate U+DC00 + byte, as Python does it, so that every name survives the round trip.
const escapeBase = 0xdc00;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The name as a string; see {@link encodeName}. */
export function decodeName(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return strict.decode(bytes);
  let name = '';
  for (let at = 0; at < bytes.length; ) {
    const length = utf8Length(bytes, at);
    if (length === 0) {
      name += String.fromCharCode(escapeBase + (bytes[at] ?? 0));
      at += 1;
    } else {
      name += strict.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return name;
}

/** The name's bytes: the inverse of {@link decodeName} for all that it returns. */
export function encodeName(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name, 'utf8');
  const parts: Buffer[] = [];
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    parts.push(code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - escapeBase) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** A path as Node's file system calls take it: a string, or bytes where the name is not UTF-8. */
export function toFsPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : encodeName(path);
}

/** The name for people: control characters and bytes that are not UTF-8 as visible escapes. */
export function displayName(name: string): string {
  let shown = '';
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) shown += `\\x${(code - escapeBase).toString(16)}`;
    else if (code < 0x20 || (code >= 0x7f && code < 0xa0) || isDirectionControl(code)) shown += `\\u{${code.toString(16)}}`;
    else shown += character;
  }
  return shown;
}

// Characters that reorder what is shown, with which a name can pretend to be another.
function isDirectionControl(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0x200e || code === 0x200f;
}

/** The length of the UTF-8 character at `at`, 0 if there is none. */
function utf8Length(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
