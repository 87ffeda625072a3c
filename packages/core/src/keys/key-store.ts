import { randomBytes } from 'node:crypto';
import { chmod, link, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno, readFileIfThere, syncFolder, writeFileAtomically } from '../base/atomic-file.js';
import { createFile } from './create-file.js';
import { generateEncryptionKey } from './encryption-key.js';
import { keyError } from './errors.js';
import { fingerprintOf, isFingerprint } from './fingerprint.js';
import { newSealSalt, type SealMaterial, sealRootOf } from './seal-key.js';

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
  /**
   * What authenticates seals that this key made; `undefined` for a key that isn't here. The one for new seals is kept with the key, so that it
   * costs nothing; with a `salt` other than that, such as of a seal that another host made with the same key, it is derived once.
   */
  sealMaterial(fingerprint: string, salt?: Uint8Array): Promise<SealMaterial | undefined>;
  /** Makes the first key; of several processes that try at once, one succeeds. @throws `key-exists`, and then knows the key that is there */
  create(): Promise<StoredKey>;
  /** What was found to be unsafe and put right on opening, for the log. */
  readonly warnings: readonly string[];
}

const maxDerived = 64;

/** As it stands in the file. The root is as secret as the key and of use to nobody outside, so it is never given out with it. */
interface KeptKey extends StoredKey {
  /** Base64. Keys of version 0.1 get theirs when they first seal. */
  readonly seal?: { readonly salt: string; readonly root: string };
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
  const kept = (fingerprint: string) => keys.find((stored) => stored.fingerprint === fingerprint);
  const derived = new Map<string, Promise<Buffer>>();
  const derive = (key: string, fingerprint: string, salt: Uint8Array) => {
    const name = `${fingerprint} ${Buffer.from(salt).toString('base64')}`;
    const root = derived.get(name) ?? sealRootOf(key, salt);
    // Salts come from sidecars, which anyone may have written.
    if (derived.size >= maxDerived) derived.clear();
    derived.set(name, root);
    return root;
  };
  let drawing: Promise<void> | undefined;
  const store: KeyStore = {
    warnings,
    current: () => shown(keys.find(({ until }) => until === undefined)),
    all: () => keys.map((key) => shown(key)).reverse(),
    withFingerprint: (fingerprint) => shown(kept(fingerprint)),
    async sealMaterial(fingerprint, salt) {
      const stored = kept(fingerprint);
      if (stored === undefined) return undefined;
      if (salt !== undefined && stored.seal?.salt !== Buffer.from(salt).toString('base64')) {
        return { fingerprint, salt: Buffer.from(salt), root: await derive(stored.key, fingerprint, salt) };
      }
      // One at a time: a key has one salt for all of its seals.
      if (stored.seal === undefined) await (drawing ??= drawSeals().finally(() => (drawing = undefined)));
      const { seal } = kept(fingerprint) ?? {};
      return seal === undefined
        ? undefined
        : { fingerprint, salt: Buffer.from(seal.salt, 'base64'), root: Buffer.from(seal.root, 'base64') };
    },
    async create() {
      const key = generateEncryptionKey();
      const [fingerprint, seal] = await Promise.all([fingerprintOf(key), newSeal(key)]);
      const stored: KeptKey = { key, fingerprint, since: new Date().toISOString(), seal };
      // Not before: the fingerprint takes its time, and another call may have made a key meanwhile.
      if (store.current() !== undefined) throw keyError('key-exists');
      const next = [...keys, stored];
      const content = encodeKeys(next);
      // Only a file that has no current key may be replaced. Two first keys, one over the other, would lose one that may have been used.
      if (keys.length > 0) await writeFileAtomically(path, content, 0o600);
      else if (!(await createWhole(path, content))) {
        keys = parseKeys((await readFileIfThere(path)) ?? '', path);
        throw keyError('key-exists');
      }
      keys = next;
      return shown(stored);
    },
  };
  /** Gives every key without one its seal, in the file as it is now: another process may have changed it. */
  async function drawSeals(): Promise<void> {
    const now = parseKeys((await readFileIfThere(path)) ?? '', path);
    keys = await Promise.all(
      now.map(async (stored) => (stored.seal === undefined ? { ...stored, seal: await newSeal(stored.key) } : stored)),
    );
    // A data directory that can't be written to must still restore: there it is derived anew in each run.
    await writeFileAtomically(path, encodeKeys(keys), 0o600).catch((error: unknown) => {
      if (!isErrno(error, 'EROFS', 'EACCES', 'EPERM', 'ENOSPC')) throw error;
    });
  }
  return store;
}

async function newSeal(key: string): Promise<{ salt: string; root: string }> {
  const salt = newSealSalt();
  return { salt: salt.toString('base64'), root: (await sealRootOf(key, salt)).toString('base64') };
}

function shown(kept: KeptKey): StoredKey;
function shown(kept: KeptKey | undefined): StoredKey | undefined;
function shown(kept: KeptKey | undefined): StoredKey | undefined {
  if (kept === undefined) return undefined;
  const { seal: _, ...stored } = kept;
  return stored;
}

function encodeKeys(keys: readonly KeptKey[]): string {
  return `${JSON.stringify({ version: 1, keys }, undefined, 2)}\n`;
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

function parseKeys(text: string, path: string): KeptKey[] {
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
  const { key, fingerprint, since, until, seal } = value;
  if (seal !== undefined && !(isObject(seal) && holdsBytes(seal['salt'], 16) && holdsBytes(seal['root'], 32))) return false;
  const dated = typeof since === 'string' && (until === undefined || typeof until === 'string');
  return typeof key === 'string' && key !== '' && typeof fingerprint === 'string' && isFingerprint(fingerprint) && dated;
}

function holdsBytes(text: unknown, length: number): boolean {
  return typeof text === 'string' && Buffer.from(text, 'base64').length === length;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
