import { ByteReader, type ByteSource } from '../base/byte-reader.js';
import { type BackupMetadata, maxMetadataLength, parseBackupMetadata } from './backup-metadata.js';
import { archiveError } from './errors.js';
import { backupFileFaults } from './faults.js';
import { type BackupMemberKind, memberKind, memberName, memberNameCheck, statedPlaintextSize } from './outer-members.js';
import { readTarFrom, type TarMember } from './tar/read-tar.js';
import { blockSize, isZero, resemblesHeader } from './tar/ustar-header.js';

/** One regular file in the outer tar. */
export interface BackupMember {
  /** Without a leading `./`. */
  readonly name: string;
  /** Bytes as stored. */
  readonly size: number;
  /** Where its content starts in the backup file, bytes. */
  readonly offset: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly kind: BackupMemberKind;
  /** Bytes after decryption, for the few version 1 archives whose outer header tells (format 6.3). */
  readonly plaintextSize?: number;
  /** To be read before the next member is asked for; what is left is skipped then. */
  readonly body: ByteSource;
}

/**
 * The members of a backup file, in their order. Anything but regular files is passed over (format 1). Reads to the end of the file.
 * Errors: `not-a-backup`, `truncated`, `corrupt`, `unsupported-format`.
 */
export async function* readBackup(source: ByteSource): AsyncGenerator<BackupMember, void, undefined> {
  const reader = new ByteReader(source);
  const checkName = memberNameCheck(backupFileFaults);
  let hasMetadata = false;
  try {
    refuseOtherFiles(await reader.peek(blockSize));
    for await (const outer of readTarFrom(reader)) {
      if (outer.entry.type !== 'file') continue;
      const member = backupMember(outer);
      checkName(member.name, member.offset);
      hasMetadata ||= member.kind === 'metadata';
      yield member;
    }
  } finally {
    await reader.close();
  }
  if (!hasMetadata) throw noMetadata();
}

/** A regular file of the outer tar as a member of the backup. Error: `corrupt`. */
export function backupMember({ entry, offset, pax, body }: TarMember): BackupMember {
  const name = memberName(entry.path);
  const stated = statedPlaintextSize(pax, backupFileFaults, name, offset);
  return { name, kind: memberKind(name), size: entry.size, offset, mtime: entry.mtime, ...stated, body };
}

/** Reads the member of kind `metadata`. Errors: `metadata-unreadable`, `truncated`. */
export async function readMetadata(member: BackupMember): Promise<BackupMetadata> {
  checkMetadataLength(member.name, member.size);
  return parseBackupMetadata(await new ByteReader(member.body).upTo(member.size), member.name);
}

/** Metadata are held in memory, so their length is looked at first. Error: `metadata-unreadable`. */
export function checkMetadataLength(member: string, size: number): void {
  if (size > maxMetadataLength) throw archiveError('metadata-unreadable', { member, what: `it is ${size} bytes long` });
}

/** Error: `not-a-backup`, if these first bytes are whole and not even a damaged tar header. */
export function refuseOtherFiles(start: Buffer): void {
  if (start.length < blockSize || isZero(start) || resemblesHeader(start)) return;
  throw archiveError('not-a-backup', { what: 'it does not begin with a tar header' });
}

/** The error for a tar without metadata. */
export function noMetadata() {
  return archiveError('not-a-backup', { what: 'it holds no backup.json' });
}
