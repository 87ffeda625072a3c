import { type BackupMetadata, parseBackupMetadata } from './backup-metadata.js';
import { backupFileFaults } from './faults.js';
import { memberKind, memberName, memberNameCheck, statedPlaintextSize } from './outer-members.js';
import { checkMetadataLength, noMetadata, refuseOtherFiles } from './read-backup.js';
import { type HeaderInput, headerReader } from './tar/read-member-header.js';
import { blockSize } from './tar/ustar-header.js';

interface ScannedMember {
  /** Without a leading `./`. */
  readonly name: string;
  readonly size: number;
  /** Where its content starts in the file, bytes. */
  readonly offset: number;
  readonly mtime: number;
  /** Bytes after decryption, for the few version 1 archives whose outer header tells (format 6.3). */
  readonly plaintextSize?: number;
}

export interface ScannedBackup {
  readonly metadata: BackupMetadata;
  readonly members: readonly ScannedMember[];
}

/** Up to `length` bytes from `offset` on; fewer only at the end of the file. */
export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>;

// Enough for the headers between two members and a usual backup.json behind them in one request.
const windowSize = 16 * 1024;

/**
 * Finds the members and the metadata of a backup by small range reads, wherever backup.json stands. `size` is the file's, bytes.
 * Errors: `not-a-backup`, `truncated`, `corrupt`, `metadata-unreadable`, `unsupported-format`.
 */
export async function scanBackup(read: ReadRange, size: number): Promise<ScannedBackup> {
  const input = new RangeInput(read, size);
  const headers = headerReader(input, backupFileFaults);
  const checkName = memberNameCheck(backupFileFaults);
  const members: ScannedMember[] = [];
  let metadata: BackupMetadata | undefined;
  refuseOtherFiles(await input.upTo(blockSize));
  input.offset = 0;
  for (let header = await headers.next(); header !== undefined; header = await headers.next()) {
    const { entry, pax } = header;
    const { offset } = input;
    const name = memberName(entry.path);
    if (entry.type === 'file') {
      checkName(name, offset);
      members.push({ name, size: entry.size, offset, mtime: entry.mtime, ...statedPlaintextSize(pax, backupFileFaults, name, offset) });
    }
    const end = offset + Math.ceil(entry.size / blockSize) * blockSize;
    if (end > size) throw backupFileFaults.endsEarly(size, name);
    // Where both are there, Home Assistant takes the older name (format 2).
    if (entry.type === 'file' && memberKind(name) === 'metadata' && (metadata === undefined || name === 'snapshot.json')) {
      checkMetadataLength(name, entry.size);
      metadata = parseBackupMetadata(await input.upTo(entry.size), name);
    }
    input.offset = end;
  }
  if (metadata === undefined) throw noMetadata();
  return { metadata, members };
}

/** A file read by ranges, as the header reader wants it: small reads come out of one window. */
class RangeInput implements HeaderInput {
  offset = 0;
  #window = Buffer.alloc(0);
  #windowAt = 0;

  constructor(
    private readonly read: ReadRange,
    private readonly size: number,
  ) {}

  async upTo(length: number): Promise<Buffer> {
    const wanted = Math.min(length, this.size - this.offset);
    const from = this.offset - this.#windowAt;
    if (from < 0 || from + wanted > this.#window.length) await this.#load(wanted);
    const start = this.offset - this.#windowAt;
    const bytes = this.#window.subarray(start, start + wanted);
    this.offset += bytes.length;
    return bytes;
  }

  async #load(wanted: number): Promise<void> {
    const length = Math.min(Math.max(wanted, windowSize), this.size - this.offset);
    const parts: Uint8Array[] = [];
    let got = 0;
    while (got < length) {
      const part = await this.read(this.offset + got, length - got);
      if (part.length === 0) break;
      parts.push(part);
      got += part.length;
    }
    this.#window = Buffer.concat(parts, got);
    this.#windowAt = this.offset;
  }
}
