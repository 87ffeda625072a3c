import { ByteReader, type ByteSource } from '../base/byte-reader.js';
import { type BackupMetadata, maxMetadataLength, parseBackupMetadata } from './backup-metadata.js';
import { archiveError } from './errors.js';
import { backupFileFaults } from './faults.js';
import { type BackupMemberKind, memberKind, memberName, memberNameCheck } from './outer-members.js';
import { readTarFrom } from './tar/read-tar.js';
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
  /** To be read before the next member is asked for; what is left is skipped then. */
  readonly body: ByteSource;
}

/**
 * The members of a backup file, in their order. Anything but regular files is passed over (format 1). Reads to the end of the file.
 * Errors: `not-a-backup`, `truncated`, `damaged`, `unsupported-format`.
 */
export async function* readBackup(source: ByteSource): AsyncGenerator<BackupMember, void, undefined> {
  const reader = new ByteReader(source);
  const checkName = memberNameCheck(backupFileFaults);
  let hasMetadata = false;
  try {
    refuseOtherFiles(await reader.peek(blockSize));
    for await (const { entry, offset, body } of readTarFrom(reader)) {
      if (entry.type !== 'file') continue;
      const name = memberName(entry.path);
      checkName(name, offset);
      const kind = memberKind(name);
      hasMetadata ||= kind === 'metadata';
      yield { name, kind, size: entry.size, offset, mtime: entry.mtime, body };
    }
  } finally {
    await reader.close();
  }
  if (!hasMetadata) throw noMetadata();
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
