import { ByteReader, type ByteSource } from '../base/byte-reader.js';
import { isHoldfastError } from '../base/errors.js';
import { fanOut } from '../base/fan-out.js';
import { displayName } from '../base/file-name.js';
import { PatientBacklog } from '../base/patient-backlog.js';
import type { BodyPiece } from '../provider-api/body.js';
import { parseBackupMetadata } from './backup-metadata.js';
import { editMetadata } from './edit-metadata.js';
import { archiveError } from './errors.js';
import { backupFileFaults, innerFaults } from './faults.js';
import { openInnerArchive } from './open-inner-archive.js';
import { memberNameCheck } from './outer-members.js';
import { type BackupMember, backupMember, checkMetadataLength, noMetadata, refuseOtherFiles } from './read-backup.js';
import type { ArchiveFormat } from './index/archive-index.js';
import type { ArchiveEncryption } from './securetar/archive-encryption.js';
import { RootKeys } from './securetar/root-keys.js';
import { unlockArchive } from './securetar/unlock-archive.js';
import type { CipherStorage, UnlockedArchive } from './securetar/unlocked-archive.js';
import { encodeTarHeader, tarEnd, tarPadding } from './tar/encode-tar.js';
import { readTarFrom } from './tar/read-tar.js';
import { blockSize } from './tar/ustar-header.js';

export interface RewriteBackupOptions {
  /** Candidates for what is encrypted in the source. */
  readonly passwords: readonly string[];
  /** How the inner archives are encrypted in the result; `undefined` for a plain backup. */
  readonly encryption: ArchiveEncryption | undefined;
  /** Changes more of backup.json than `protected`. Gets its text. */
  editMetadata?(text: string): string;
  /** Called when all of an inner archive is written. */
  onArchive?(written: RewrittenArchive): void;
}

/** Where an inner archive stands in the result, and what an index and a seal keep of it. */
export interface RewrittenArchive {
  readonly member: string;
  /** Of its content in the backup file, bytes. */
  readonly offset: number;
  readonly size: number;
  readonly format: ArchiveFormat;
  /** The encryption header; empty if it is not encrypted. */
  readonly header: Buffer;
  readonly storage: CipherStorage;
}

/** What one of the two readers of an archive may be ahead of the other. */
const chunksAhead = 4;

/**
 * A backup with each inner archive decrypted, encrypted, or encrypted anew: its `.tar` or `.tar.gz` is the same byte for byte, and so
 * are the members' names, order and times and all of backup.json but `protected` (format 9). Each archive is taken apart on the way,
 * so that damage is found; then the pieces end with an error. Anything but regular files is left out (format 1).
 * Errors: as those of reading, `key-needed` and `wrong-key` before the first byte of the archive that they are about.
 */
export async function* rewriteBackup(source: ByteSource, options: RewriteBackupOptions): AsyncGenerator<BodyPiece, void, undefined> {
  const reader = new ByteReader(source);
  const checkName = memberNameCheck(backupFileFaults);
  const output = new Output();
  const rootKeys = new RootKeys();
  let hasMetadata = false;
  try {
    refuseOtherFiles(await reader.peek(blockSize));
    for await (const outer of readTarFrom(reader)) {
      const { entry, body } = outer;
      if (entry.type !== 'file') continue;
      const member = backupMember(outer);
      checkName(member.name, member.offset);
      if (member.kind === 'metadata') {
        hasMetadata = true;
        yield* metadataMember(member, options, output);
      } else if (member.kind === 'inner-archive') {
        yield* archiveMember(member, entry.path, { ...options, rootKeys }, output);
      } else {
        yield output.data(outerHeader(entry.path, entry.size, entry.mtime));
        for await (const chunk of body) yield output.data(chunk);
        yield* output.padding(entry.size);
      }
    }
  } finally {
    await reader.close();
  }
  if (!hasMetadata) throw noMetadata();
  yield output.data(tarEnd(output.offset));
}

async function* metadataMember(member: BackupMember, options: RewriteBackupOptions, output: Output): AsyncGenerator<BodyPiece> {
  checkMetadataLength(member.name, member.size);
  const bytes = await new ByteReader(member.body).upTo(member.size);
  parseBackupMetadata(bytes, member.name);
  // What is missing counts as false (format 2).
  const isProtected = options.encryption !== undefined;
  const text = editMetadata(bytes.toString('utf8'), ['protected'], isProtected, { ifThere: !isProtected });
  const edited = Buffer.from(options.editMetadata?.(text) ?? text);
  // Home Assistant looks it up by this very name (format 10).
  yield output.data(outerHeader(`./${member.name}`, edited.length, Math.floor(member.mtime)));
  yield output.data(edited);
  yield* output.padding(edited.length);
}

async function* archiveMember(
  member: BackupMember,
  path: string,
  { passwords, encryption, rootKeys, onArchive }: RewriteBackupOptions & { readonly rootKeys: RootKeys },
  output: Output,
): AsyncGenerator<BodyPiece> {
  const unlocked = await unlockArchive(new ByteReader(member.body), member, passwords, { rootKeys });
  const headerLength = outerHeader(path, 0, member.mtime, true).length;
  const holeAt = output.offset;
  const contentAt = holeAt + headerLength;
  yield output.hole(headerLength + (encryption?.headerLength ?? 0));

  let stopped = false;
  const stoppable = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of unlocked.plaintext.rest()) {
      if (stopped) throw new Error('The rewriting of a backup was stopped.');
      yield chunk;
    }
  };
  const [kept, checked] = fanOut(stoppable(), 2, {
    depth: chunksAhead,
    // The check is a part of the writing, so that goes no faster.
    backlog: () => new PatientBacklog<Uint8Array>(chunksAhead),
    onTooFarBehind: () => new Error('Nobody is left behind.'),
  });
  if (kept === undefined || checked === undefined) throw new Error('The plaintext has two readers.');
  const check = startCheck(member, checked.items, unlocked, () => checked.leave());
  let plaintextSize = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of kept.items) {
      check.throwIfFailed();
      plaintextSize += chunk.length;
      yield chunk;
    }
  };
  const cipher = encryption?.begin();
  try {
    for await (const chunk of cipher === undefined ? counted() : cipher.encrypt(counted())) yield output.data(chunk);
    await check.done;
  } finally {
    // Nothing to stop where all was read; else the check would wait for more.
    stopped = true;
    await kept.leave();
    await check.done;
  }
  check.throwIfFailed();

  const size = output.offset - contentAt;
  const outer = outerHeader(path, size, member.mtime, true);
  const header = cipher?.header(plaintextSize) ?? Buffer.alloc(0);
  yield { type: 'fill', offset: holeAt, bytes: Buffer.concat([outer, header]) };
  const format = encryption?.format ?? 'plain';
  onArchive?.({ member: member.name, offset: contentAt, size, format, header, storage: cipher?.storage() ?? {} });
  yield* output.padding(size);
}

interface Check {
  /** Never rejects. */
  readonly done: Promise<void>;
  throwIfFailed(): void;
}

/** Takes the decrypted archive apart to its end, beside its being written. */
function startCheck(member: BackupMember, plaintext: ByteSource, { format, sure }: UnlockedArchive, leave: () => Promise<void>): Check {
  let failure: { readonly error: unknown } | undefined;
  const run = async (): Promise<void> => {
    try {
      let cutEnd = false;
      await using archive = await openInnerArchive({ ...member, body: plaintext }, [], {
        onNote: ({ code }) => {
          cutEnd ||= code === 'end-cut';
        },
      });
      for await (const { body } of archive.entries) for await (const _ of body);
      // The end of a version 1 archive is where its content says, so there it can't be told from a cut.
      if (cutEnd && format === 'securetar-1')
        throw innerFaults(member.name, 'the compressed data').corrupt('it ends too early', member.size);
    } catch (error) {
      // Three bytes can look right by chance; then it fails inside the compressed data (format 8).
      const unlucky = !sure && isHoldfastError(error, 'corrupt');
      failure = { error: unlucky ? archiveError('wrong-key', { member: displayName(member.name) }, error) : error };
    } finally {
      await leave();
    }
  };
  return {
    done: run(),
    throwIfFailed() {
      if (failure !== undefined) throw failure.error;
    },
  };
}

function outerHeader(path: string, size: number, mtime: number, alwaysPaxTime = false): Buffer {
  return encodeTarHeader({ path, size, mtime, type: 'file', mode: 0o644, uid: 0, gid: 0 }, { alwaysPaxTime });
}

/** Where the output is. */
class Output {
  offset = 0;

  data(bytes: Uint8Array): BodyPiece {
    this.offset += bytes.length;
    return { type: 'data', bytes };
  }

  hole(length: number): BodyPiece {
    this.offset += length;
    return { type: 'hole', length };
  }

  *padding(size: number): Generator<BodyPiece> {
    const padding = tarPadding(size);
    if (padding.length > 0) yield this.data(padding);
  }
}
