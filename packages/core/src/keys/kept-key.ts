import { keyError } from './errors.js';
import { isFingerprint } from './fingerprint.js';

export interface StoredKey {
  /** The key's text, dashes included. */
  readonly key: string;
  readonly fingerprint: string;
  /** Since when it is used, ISO 8601. */
  readonly since: string;
  /** Until when it was used; absent for the current key. */
  readonly until?: string;
  /** When it was typed in from a kit, as it was not made here. Then `since` and `until` are as far as is known. */
  readonly added?: string;
}

/** As it stands in the file. The root is as secret as the key and of use to nobody outside, so it is never given out with it. */
export interface KeptKey extends StoredKey {
  /** Base64. Keys of version 0.1 get theirs when they first seal. */
  readonly seal?: { readonly salt: string; readonly root: string };
}

/** Without what only seals are made with. */
export function shown(kept: KeptKey): StoredKey;
export function shown(kept: KeptKey | undefined): StoredKey | undefined;
export function shown(kept: KeptKey | undefined): StoredKey | undefined {
  if (kept === undefined) return undefined;
  const { seal: _, ...stored } = kept;
  return stored;
}

export function encodeKeys(keys: readonly KeptKey[]): string {
  return `${JSON.stringify({ version: 1, keys }, undefined, 2)}\n`;
}

/** @throws `keys-file-damaged` */
export function parseKeys(text: string, path: string): KeptKey[] {
  const damaged = (reason: string, cause?: unknown) => keyError('keys-file-damaged', { path, reason }, cause);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and with it the key.
    throw damaged('it is not JSON');
  }
  if (!isObject(value) || !Array.isArray(value['keys'])) throw damaged('it has no list of keys');
  if (value['version'] !== 1) throw damaged('it was written by a newer version of Holdfast');
  return value['keys'].map((stored: unknown) => {
    if (!isStoredKey(stored)) throw damaged('one of its keys is not complete');
    return stored;
  });
}

function isStoredKey(value: unknown): value is KeptKey {
  if (!isObject(value)) return false;
  const { key, fingerprint, since, until, added, seal } = value;
  if (seal !== undefined && !(isObject(seal) && holdsBytes(seal['salt'], 16) && holdsBytes(seal['root'], 32))) return false;
  const dated = typeof since === 'string' && [until, added].every((date) => date === undefined || typeof date === 'string');
  return typeof key === 'string' && key !== '' && typeof fingerprint === 'string' && isFingerprint(fingerprint) && dated;
}

function holdsBytes(text: unknown, length: number): boolean {
  return typeof text === 'string' && Buffer.from(text, 'base64').length === length;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
