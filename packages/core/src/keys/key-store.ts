import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileIfThere, writeFileAtomically } from '../base/atomic-file.js';
import { generateEncryptionKey } from './encryption-key.js';
import { keyError } from './errors.js';
import { fingerprintOf, isFingerprint } from './fingerprint.js';

export interface StoredKey {
  /** The key's text, dashes included. */
  readonly key: string;
  readonly fingerprint: string;
  /** Since when it is used, ISO 8601. */
  readonly since: string;
  /** Until when it was used; absent for the current key. */
  readonly until?: string;
}

/** The encryption keys of a data directory, in `keys.json`, which only its owner may read. */
export interface KeyStore {
  /** The key that encrypts new backups. */
  current(): StoredKey | undefined;
  /** All keys, the current one first. */
  all(): readonly StoredKey[];
  withFingerprint(fingerprint: string): StoredKey | undefined;
  /** Makes the first key. @throws `key-exists` */
  create(): Promise<StoredKey>;
  /** What was found to be unsafe and put right on opening, for the log. */
  readonly warnings: readonly string[];
}

/** @throws `keys-file-damaged` */
export async function openKeyStore(dataDir: string): Promise<KeyStore> {
  const path = join(dataDir, 'keys.json');
  const text = await readFileIfThere(path);
  const warnings = text === undefined ? [] : await closeToOthers(path);
  let keys = text === undefined ? [] : parseKeys(text, path);
  const store: KeyStore = {
    warnings,
    current: () => keys.find(({ until }) => until === undefined),
    all: () => [...keys].reverse(),
    withFingerprint: (fingerprint) => keys.find((stored) => stored.fingerprint === fingerprint),
    async create() {
      if (store.current() !== undefined) throw keyError('key-exists');
      const key = generateEncryptionKey();
      const stored: StoredKey = { key, fingerprint: await fingerprintOf(key), since: new Date().toISOString() };
      const next = [...keys, stored];
      await writeFileAtomically(path, `${JSON.stringify({ version: 1, keys: next }, undefined, 2)}\n`, 0o600);
      keys = next;
      return stored;
    },
  };
  return store;
}

async function closeToOthers(path: string): Promise<string[]> {
  if (process.platform === 'win32' || ((await stat(path)).mode & 0o077) === 0) return [];
  await chmod(path, 0o600);
  return [`${path} could be read by other users of this machine; that was put right.`];
}

function parseKeys(text: string, path: string): StoredKey[] {
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

function isStoredKey(value: unknown): value is StoredKey {
  if (!isObject(value)) return false;
  const { key, fingerprint, since, until } = value;
  const dated = typeof since === 'string' && (until === undefined || typeof until === 'string');
  return typeof key === 'string' && key !== '' && typeof fingerprint === 'string' && isFingerprint(fingerprint) && dated;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
