import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WrittenIndex } from '../../archive/index/index-writer.js';
import type { PageSpool } from '../../archive/index/page-spool.js';
import { type ReadRange, scanBackup } from '../../archive/scan-backup.js';
import { ensurePrivateFolder, isErrno } from '../../base/atomic-file.js';
import type { KeyStore } from '../../keys/key-store.js';
import { indexCipherKey, newSealSalt, sealRootOf } from '../../keys/seal-key.js';

/** The index of a backup that has none at its location, kept on this machine. */
export interface KeptIndex extends AsyncDisposable {
  readonly read: ReadRange;
  readonly written: WrittenIndex;
  readonly key: Buffer;
  /** SHA-256 of each MiB of the backup, 32 bytes each, one after the other. */
  readonly leaves: Buffer;
  /** What opens the backup's archives; `undefined` if none is encrypted. */
  readonly password: string | undefined;
}

/** A file begins with the length of this, as JSON, in 4 bytes, big-endian; then comes the index. */
interface Header {
  readonly version: 1;
  readonly written: WrittenIndex;
  /** Base64, as all that follows. */
  readonly leaves: string;
  /** The index key; wrapped, if the backup is encrypted, so that who can't open the backup can't read its index. */
  readonly key: string;
  readonly wrap?: { /** Of a key of this host. */ readonly fingerprint?: string; readonly salt: string; readonly nonce: string };
}

const maxHeaderBytes = 256 * 1024 * 1024;
const keptFiles = 64;
/** Each takes a tenth of a second: with more to try, reading the backup through is no slower. */
const maxCandidates = 8;
const algorithm = 'aes-256-gcm';
const tagLength = 16;
const ending = '.index';

/**
 * The name of a backup's index file: a digest of all that a scan reads of the backup, which is its size, backup.json, the headers of all members
 * and the encrypted beginnings of most. Another backup, or a changed one, has another name. Throws what is wrong with the backup.
 */
export async function indexFileName(read: ReadRange, size: number, place: string): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify([place, size]));
  await scanBackup(async (offset, length) => {
    const bytes = await read(offset, length);
    digest.update(bytes);
    return bytes;
  }, size);
  return `${digest.digest('hex')}${ending}`;
}

/** `undefined` if there is none, or none that one of the passwords opens. */
export async function openIndexFile(
  folder: string,
  name: string,
  passwords: readonly string[],
  keys: KeyStore | undefined,
): Promise<KeptIndex | undefined> {
  let file: FileHandle;
  try {
    file = await open(join(folder, name), 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return undefined;
    throw error;
  }
  try {
    const length = (await readAt(file, 0, 4)).readUInt32BE(0);
    if (length > maxHeaderBytes) throw new RangeError('its header is too long');
    const header = JSON.parse((await readAt(file, 4, length)).toString('utf8')) as Header;
    const opened = header.version === 1 ? await unwrap(header, passwords, keys) : undefined;
    if (opened !== undefined) {
      const read: ReadRange = (offset, bytes) => readAt(file, 4 + length + offset, bytes, true);
      const leaves = Buffer.from(header.leaves, 'base64');
      return { ...opened, read, leaves, written: header.written, [Symbol.asyncDispose]: () => file.close() };
    }
  } catch {
    // It can be made again.
  }
  await file.close();
  return undefined;
}

/** Keeps a finished index, and of all that are kept the latest. `password`: what opens the backup; `undefined` if it isn't encrypted. */
export async function saveIndexFile(
  folder: string,
  name: string,
  kept: Pick<KeptIndex, 'written' | 'key' | 'leaves' | 'password'>,
  spool: PageSpool,
  keys: KeyStore | undefined,
): Promise<void> {
  await ensurePrivateFolder(folder);
  const temporary = join(folder, `${name}.${randomBytes(6).toString('hex')}.tmp`);
  const header = Buffer.from(JSON.stringify(await wrap(kept, keys)), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  try {
    await using file = await open(temporary, 'wx', 0o600);
    await file.writeFile(Buffer.concat([length, header]));
    for await (const bytes of spool.bytes()) await file.writeFile(bytes);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await rename(temporary, join(folder, name));
  await removeOldest(folder);
}

async function wrap(
  { written, key, leaves, password }: Pick<KeptIndex, 'written' | 'key' | 'leaves' | 'password'>,
  keys: KeyStore | undefined,
): Promise<Header> {
  const base = { version: 1 as const, written, leaves: leaves.toString('base64') };
  if (password === undefined) return { ...base, key: key.toString('base64') };
  const own = keys?.all().find((stored) => stored.key === password);
  const material = own === undefined ? undefined : await keys?.sealMaterial(own.fingerprint);
  const salt = material?.salt ?? newSealSalt();
  const nonce = randomBytes(12);
  const root = material?.root ?? (await sealRootOf(password, salt));
  const cipher = createCipheriv(algorithm, indexCipherKey(root, nonce), nonce, { authTagLength: tagLength });
  const wrapped = Buffer.concat([cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  return {
    ...base,
    key: wrapped.toString('base64'),
    wrap: {
      ...(own === undefined ? {} : { fingerprint: own.fingerprint }),
      salt: salt.toString('base64'),
      nonce: nonce.toString('base64'),
    },
  };
}

async function unwrap(
  { key, wrap }: Header,
  passwords: readonly string[],
  keys: KeyStore | undefined,
): Promise<Pick<KeptIndex, 'key' | 'password'> | undefined> {
  const stored = Buffer.from(key, 'base64');
  if (wrap === undefined) return { key: stored, password: undefined };
  const [salt, nonce] = [Buffer.from(wrap.salt, 'base64'), Buffer.from(wrap.nonce, 'base64')];
  const own = wrap.fingerprint === undefined ? undefined : keys?.withFingerprint(wrap.fingerprint)?.key;
  const candidates = own === undefined ? passwords : [own, ...passwords.filter((other) => other !== own)];
  for (const password of candidates.slice(0, maxCandidates)) {
    const material = password === own && wrap.fingerprint !== undefined ? await keys?.sealMaterial(wrap.fingerprint, salt) : undefined;
    const root = material?.root ?? (await sealRootOf(password, salt));
    const decipher = createDecipheriv(algorithm, indexCipherKey(root, nonce), nonce, { authTagLength: tagLength });
    decipher.setAuthTag(stored.subarray(-tagLength));
    try {
      return { key: Buffer.concat([decipher.update(stored.subarray(0, -tagLength)), decipher.final()]), password };
    } catch {
      // Another one may fit.
    }
  }
  return undefined;
}

async function readAt(file: FileHandle, offset: number, length: number, mayEnd = false): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
  if (bytesRead < length && !mayEnd) throw new RangeError('it ends too early');
  return buffer.subarray(0, bytesRead);
}

async function removeOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => ({
      name,
      time: await stat(join(folder, name)).then(
        (stats) => stats.mtimeMs,
        () => 0,
      ),
    })),
  );
  const old = files.sort((one, other) => other.time - one.time).slice(keptFiles);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { force: true })));
}
