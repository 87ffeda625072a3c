import { randomBytes } from 'node:crypto';
import { chmod, link, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno, readFileIfThere, syncFolder, writeFileAtomically } from '../base/atomic-file.js';
import { createFile } from './create-file.js';
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
  /** Makes the first key; of several processes that try at once, one succeeds. @throws `key-exists`, and then knows the key that is there */
  create(): Promise<StoredKey>;
  /** What was found to be unsafe and put right on opening, for the log. */
  readonly warnings: readonly string[];
}

/** @throws `keys-file-damaged` */
export async function openKeyStore(dataDir: string): Promise<KeyStore> {
  const path = join(dataDir, 'keys.json');
  const text = await readFileIfThere(path).catch((cause: unknown) => {
    const reason = isErrno(cause, 'EACCES', 'EPERM') ? 'it belongs to another user' : 'it can not be read';
    throw keyError('keys-file-damaged', { path, reason }, cause);
  });
  const warnings = text === undefined ? [] : await closeToOthers(path);
  let keys = text === undefined ? [] : parseKeys(text, path);
  const store: KeyStore = {
    warnings,
    current: () => keys.find(({ until }) => until === undefined),
    all: () => [...keys].reverse(),
    withFingerprint: (fingerprint) => keys.find((stored) => stored.fingerprint === fingerprint),
    async create() {
      const key = generateEncryptionKey();
      const stored: StoredKey = { key, fingerprint: await fingerprintOf(key), since: new Date().toISOString() };
      // Not before: the fingerprint takes its time, and another call may have made a key meanwhile.
      if (store.current() !== undefined) throw keyError('key-exists');
      const next = [...keys, stored];
      const content = `${JSON.stringify({ version: 1, keys: next }, undefined, 2)}\n`;
      // Only a file that has no current key may be replaced. Two first keys, one over the other, would lose one that may have been used.
      if (keys.length > 0) await writeFileAtomically(path, content, 0o600);
      else if (!(await createWhole(path, content))) {
        keys = parseKeys((await readFileIfThere(path)) ?? '', path);
        throw keyError('key-exists');
      }
      keys = next;
      return stored;
    },
  };
  return store;
}

/** Makes a file that appears complete or not at all. `false`, and nothing changed, if there is one already. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  await createFile(temporary, content);
  try {
    await link(temporary, path);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    // Not every file system has hard links (exFAT, some shares): there it is at least not written over another.
    return await createFile(path, content);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
  return true;
}

async function closeToOthers(path: string): Promise<string[]> {
  if (process.platform === 'win32' || !(await isOpenToOthers(path))) return [];
  // Fails where this user does not own the file, and does nothing where the file system has no modes.
  await chmod(path, 0o600).catch(() => {});
  return (await isOpenToOthers(path))
    ? [
        `${path} can be read by other users of this machine, and that can't be changed here. Move the data directory to where its owner can close it.`,
      ]
    : [`${path} could be read by other users of this machine; that was put right.`];
}

async function isOpenToOthers(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o077) !== 0;
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
