import { open } from 'node:fs/promises';
import { isErrno } from '../base/atomic-file.js';
import { isEncryptionKey, normalizeTypedKey } from './encryption-key.js';
import { keyError } from './errors.js';
import { isFingerprint, matchesFingerprint } from './fingerprint.js';

/** What a saved kit says. */
export interface ReadKit {
  /** The file. */
  readonly path: string;
  /** Secret. */
  readonly key: string;
  /** As the kit has it; absent in one of Home Assistant, or written by hand. */
  readonly fingerprint?: string;
  /** Whether the key is the one of that fingerprint: if not, a character of it was lost. `undefined` without a fingerprint. */
  readonly intact: boolean | undefined;
  /** Since and until when the key was used, and when the kit was made, ISO 8601 to the minute, where it says so. */
  readonly since?: string;
  readonly until?: string;
  readonly createdAt?: string;
}

/** A kit has some kilobytes. */
const maxBytes = 1024 * 1024;
/** Each try costs a tenth of a second. */
const maxTried = 4;

const keyPattern = /(?<![A-Za-z0-9-])(?:[A-Z0-9]{4}-){6}[A-Z0-9]{4}(?![A-Za-z0-9-])/g;

/**
 * Reads a saved emergency kit, as text or as a page; also one of Home Assistant, or a file with no more than a key.
 *
 * @throws `kit-unreadable`
 */
export async function readKit(path: string): Promise<ReadKit> {
  const unreadable = (reason: string, cause?: unknown) => keyError('kit-unreadable', { path, reason }, cause);
  const text = plainText(await contentOf(path, unreadable));
  const keys = new Set(text.match(keyPattern) ?? []);
  const typed = keys.size === 0 ? typedKeyIn(text) : undefined;
  if (typed !== undefined) keys.add(typed);
  const fingerprints = [...new Set(text.match(/\bhf1-[0-9a-z]{16}-[0-9a-z]{16}\b/g))].filter(isFingerprint);
  const pair = await fittingPair([...keys], fingerprints);
  const [key] = pair === undefined ? keys : [pair.key];
  if (key === undefined) throw unreadable('there is no encryption key in it');
  if (pair === undefined && keys.size > 1) throw unreadable(`there are ${keys.size} keys in it, and a kit has one`);
  const dated = {
    ...dateBehind(text, 'used since', 'since'),
    ...dateBehind(text, 'used until', 'until'),
    ...dateBehind(text, 'kit of', 'createdAt'),
  };
  const [fingerprint] = pair === undefined ? fingerprints : [pair.fingerprint];
  if (fingerprint === undefined) return { path, key, intact: undefined, ...dated };
  return { path, key, fingerprint, intact: pair !== undefined, ...dated };
}

/** A key and its fingerprint: the names of things, which stand in a kit too, may look like either. */
async function fittingPair(
  keys: readonly string[],
  fingerprints: readonly string[],
): Promise<{ readonly key: string; readonly fingerprint: string } | undefined> {
  for (const key of keys.slice(0, maxTried)) {
    for (const fingerprint of fingerprints.slice(0, maxTried)) if (await matchesFingerprint(key, fingerprint)) return { key, fingerprint };
  }
  return undefined;
}

async function contentOf(path: string, unreadable: (reason: string, cause?: unknown) => Error): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
    if (bytesRead > maxBytes) throw new RangeError('it is too large for a kit');
    const bytes = buffer.subarray(0, bytesRead);
    // What some editors of Windows make of a text.
    return bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString('utf8');
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(error.message);
    if (isErrno(error, 'ENOENT')) throw unreadable('it is not there', error);
    if (isErrno(error, 'EISDIR')) throw unreadable('it is a folder', error);
    throw unreadable(isErrno(error, 'EACCES', 'EPERM') ? 'you may not read it' : String(error), error);
  }
}

/** The text of a page, with each tag of a block as a space: within the key there are others, which part nothing. */
function plainText(content: string): string {
  if (!/<(!doctype|html)\b/i.test(content.slice(0, 1024))) return content;
  const body = content.replace(/<(style|svg|script)\b[\s\S]*?<\/\1>/gi, ' ');
  return body
    .replace(/<\/?(span|wbr|code|strong)\b[^>]*>/gi, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, ' ');
}

/** A key that somebody wrote down in a way of their own: on the first line, or on one that says so. */
function typedKeyIn(text: string): string | undefined {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== '') ?? '';
  const named = lines.flatMap((line) => /\bkey\s*:(.*)$/i.exec(line)?.[1] ?? []);
  return [first, ...named].flatMap((line) => normalizeTypedKey(line) ?? []).find(isEncryptionKey);
}

/** The date behind a label, as kits have it: `2026-11-21 10:53 UTC`. */
function dateBehind<Name extends string>(text: string, label: string, name: Name): Partial<Record<Name, string>> {
  const found = new RegExp(`\\b${label}\\s+(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d) UTC`, 'i').exec(text);
  const dated: Partial<Record<Name, string>> = {};
  if (found !== null) dated[name] = `${found[1]}T${found[2]}:00.000Z`;
  return dated;
}
