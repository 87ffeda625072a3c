import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { BackupMetadata } from '../../archive/backup-metadata.js';
import { isGzipStart } from '../../archive/gzip/gzip-header.js';
import type { ArchiveFormat } from '../../archive/index/archive-index.js';
import { openInnerArchive } from '../../archive/open-inner-archive.js';
import { memberKind, type BackupMemberKind } from '../../archive/outer-members.js';
import type { ScannedBackup } from '../../archive/scan-backup.js';
import { RootKeys } from '../../archive/securetar/root-keys.js';
import { detectFormat, detectLength } from '../../archive/securetar/detect-format.js';
import { isZero } from '../../archive/tar/ustar-header.js';
import { readFileIfThere } from '../../base/atomic-file.js';
import { isHoldfastError } from '../../base/errors.js';
import { typedKeyCandidates } from '../../keys/encryption-key.js';
import { sidecarKey } from '../backup-name.js';
import { parseSidecar } from '../sidecar.js';
import { fingerprintIn } from '../wanted-key.js';
import type { FoundBackupFile } from './require-backup-file.js';

export interface BackupFileMember {
  readonly name: string;
  readonly kind: BackupMemberKind;
  /** Where its content starts in the file, bytes. */
  readonly offset: number;
  /** Bytes as stored. */
  readonly size: number;
  /** Of an inner archive: how it is encrypted, by its own first bytes. `unknown`: in no way that this version knows. */
  readonly format?: ArchiveFormat | 'unknown';
  /** Whether it is compressed; of an encrypted one without a key that fits, by its name. */
  readonly gzip?: boolean;
  /** Bytes after decryption, where its header says so. */
  readonly plaintextSize?: number;
  /** Whether one of the keys that were given opens it; absent where there was no key, or nothing to open. */
  readonly keyFits?: boolean;
}

export interface BackupFileInfo {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly id: string;
  readonly name: string;
  /** ISO 8601 with offset. */
  readonly date: string;
  /** `full` or `partial`. */
  readonly type: string;
  /** In words: `Holdfast`, `Home Assistant Supervisor 2026.08.0`, `Home Assistant Core`. */
  readonly madeBy: string;
  /** Absent if its configuration is not included. */
  readonly homeAssistant?: string;
  readonly folders: readonly string[];
  readonly addons: readonly { readonly slug: string; readonly name?: string; readonly version?: string }[];
  /** What backup.json says; see `disagreeing`. */
  readonly protected: boolean;
  /** Of all inner archives; `mixed` where they are not alike, `none` where there is none. */
  readonly format: ArchiveFormat | 'unknown' | 'mixed' | 'none';
  /** The inner archives that are encrypted although `protected` says no, or the other way round. */
  readonly disagreeing: readonly string[];
  /** Of the key that opens it, where that is written down. */
  readonly keyFingerprint?: string;
  /** Whether the keys that were given open all that is encrypted; absent where none was given, or nothing is encrypted. */
  readonly keyFits?: boolean;
  /** Whether a sidecar lies beside the file, and whether it holds a seal. Nothing is checked with it here. */
  readonly seal: 'sealed' | 'unsealed' | 'no-sidecar' | 'unreadable';
  /** In the order of the file. */
  readonly members: readonly BackupFileMember[];
}

/** Describes a backup file by its table of members and their first bytes. Errors: as those of scanning it. */
export async function describeFile(found: FoundBackupFile, typed: readonly string[]): Promise<BackupFileInfo> {
  const { metadata, members: scanned } = found.scan();
  const passwords = typed.flatMap(typedKeyCandidates);
  const members: BackupFileMember[] = [];
  const rootKeys = new RootKeys();
  for (const member of scanned) members.push(await describeMember(found.path, member, passwords, rootKeys));
  const archives = members.filter(({ kind }) => kind === 'inner-archive');
  const formats = new Set(archives.map(({ format }) => format));
  const fits = archives.flatMap(({ keyFits }) => keyFits ?? []);
  const keyFingerprint = fingerprintIn(metadata);
  return {
    file: found.path,
    size: found.size,
    id: metadata.slug,
    name: metadata.name,
    date: metadata.date,
    type: metadata.type,
    madeBy: madeBy(metadata),
    ...(metadata.homeassistant === null ? {} : { homeAssistant: metadata.homeassistant.version }),
    folders: metadata.folders,
    addons: metadata.addons.map(({ slug, name, version }) => ({ slug, ...textOf('name', name), ...textOf('version', version) })),
    protected: metadata.protected,
    format: formats.size > 1 ? 'mixed' : ([...formats][0] ?? 'none'),
    disagreeing: archives.filter(({ format }) => (format !== 'plain') !== metadata.protected).map(({ name }) => name),
    ...(keyFingerprint === undefined || !metadata.protected ? {} : { keyFingerprint }),
    ...(fits.length === 0 ? {} : { keyFits: fits.every(Boolean) }),
    seal: await sealOf(found.path),
    members,
  };
}

async function describeMember(
  path: string,
  scanned: ScannedBackup['members'][number],
  passwords: readonly string[],
  rootKeys: RootKeys,
): Promise<BackupFileMember> {
  const { name, size, offset } = scanned;
  const kind = memberKind(name);
  if (kind !== 'inner-archive') return { name, kind, offset, size };
  const start = await startOf(path, offset, Math.min(size, detectLength));
  const format = formatOf(start, size);
  const named = { name, kind, offset, size, format, gzip: format === 'plain' ? isGzipStart(start) : !name.endsWith('.tar') };
  if (format === 'plain') return { ...named, plaintextSize: size };
  const stated = format === 'securetar-2' || format === 'securetar-3' ? { plaintextSize: Number(start.readBigUInt64BE(16)) } : {};
  if (passwords.length === 0 || format === 'unknown') return { ...named, ...stated };
  const body = createReadStream(path, { start: offset, end: offset + size - 1 });
  try {
    await using archive = await openInnerArchive({ ...scanned, kind, body }, passwords, { rootKeys });
    return { ...named, ...stated, gzip: archive.gzip, keyFits: true };
  } catch (error) {
    // Whether the rest of it is whole is not for here.
    if (isHoldfastError(error, 'wrong-key')) return { ...named, ...stated, keyFits: false };
    if (isHoldfastError(error)) return { ...named, ...stated };
    throw error;
  } finally {
    body.destroy();
  }
}

function formatOf(start: Buffer, size: number): ArchiveFormat | 'unknown' {
  switch (detectFormat(start)) {
    case 'gzip':
    case 'tar':
      return 'plain';
    case 'v2':
      return start.length < 24 ? 'unknown' : 'securetar-2';
    case 'v3':
      return start.length < 24 ? 'unknown' : 'securetar-3';
    case 'v1':
      // It has no mark, only whole blocks: a salt and at least one of ciphertext (format 6.1).
      return size >= 32 && size % 16 === 0 && !isZero(start) ? 'securetar-1' : 'unknown';
    case 'unknown-version':
      return 'unknown';
  }
}

async function startOf(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function madeBy(metadata: BackupMetadata): string {
  const supervisor = metadata['supervisor_version'];
  if (Object.keys(metadata.extra).some((key) => key.startsWith('holdfast.'))) return 'Holdfast';
  return typeof supervisor === 'string' ? `Home Assistant Supervisor ${supervisor}` : 'Home Assistant Core, or another program';
}

async function sealOf(path: string): Promise<BackupFileInfo['seal']> {
  const name = sidecarKey(path);
  try {
    const text = await readFileIfThere(name);
    if (text === undefined) return 'no-sidecar';
    return (await parseSidecar(Buffer.from(text), name)).seal === undefined ? 'unsealed' : 'sealed';
  } catch {
    return 'unreadable';
  }
}

function textOf<Name extends string>(name: Name, value: unknown): Partial<Record<Name, string>> {
  const text: Partial<Record<Name, string>> = {};
  if (typeof value === 'string') text[name] = value;
  return text;
}
