import { randomBytes } from 'node:crypto';
import type { ByteSource } from '../base/byte-reader.js';
import type { BodyPiece } from '../provider-api/body.js';
import { type BackupMetadata, encodeBackupMetadata } from './backup-metadata.js';
import { gather } from './chunks.js';
import { gzip } from './gzip/gzip.js';
import { deriveKey } from './securetar/derive-key.js';
import { encryptV2 } from './securetar/encrypt-v2.js';
import { blockLength, encodeHeaderV2, headerLengthV2 } from './securetar/header-v2.js';
import { encodeTarHeader, tarEnd, tarPadding } from './tar/encode-tar.js';

export interface InnerArchiveInput {
  /** Its name in the backup: `share.tar.gz`, or `share.tar` to store it uncompressed. */
  readonly memberName: string;
  /** The inner tar's bytes, end blocks included. */
  readonly tar: ByteSource;
}

export interface WrittenArchive {
  readonly memberName: string;
  /** Where the member's content starts in the file, bytes. */
  readonly offset: number;
  /** Bytes as stored. */
  readonly size: number;
  /** Bytes after compression and before encryption. */
  readonly plaintextSize: number;
}

export interface WriteBackupOptions {
  /** Written first, complete. */
  readonly metadata: BackupMetadata;
  readonly archives: Iterable<InnerArchiveInput> | AsyncIterable<InnerArchiveInput>;
  /** `undefined` for a plain backup; else the inner archives are encrypted as SecureTar version 2. */
  readonly password: string | undefined;
  /** 1 to 9. */
  readonly compressionLevel: number;
  /** Of the outer members, seconds since 1970. */
  readonly mtime: number;
  /** Called when all of an inner archive has been read. */
  onArchive?(written: WrittenArchive): void;
}

/**
 * A backup file as pieces, in one pass and bounded memory. Sizes stand before what they measure, so the headers of an inner
 * archive (outer tar and SecureTar) are one hole, which is filled when the archive is complete (format 10).
 */
export async function* writeBackup(options: WriteBackupOptions): AsyncGenerator<BodyPiece, void, undefined> {
  const { password, mtime } = options;
  // To Home Assistant an empty password means none; encrypting with it would only look like protection.
  if (password === '') throw new RangeError('The password of a backup must not be empty.');
  const key = password === undefined ? undefined : deriveKey(password);
  let offset = 0;
  const data = (bytes: Uint8Array): BodyPiece => {
    offset += bytes.length;
    return { type: 'data', bytes };
  };

  const metadata = encodeBackupMetadata(options.metadata);
  yield data(Buffer.concat([outerHeader('./backup.json', metadata.length, Math.floor(mtime)), metadata, tarPadding(metadata.length)]));

  for await (const { memberName, tar } of options.archives) {
    const holeAt = offset;
    const tarHeaderLength = archiveHeader(memberName, 0, mtime).length;
    const contentAt = holeAt + tarHeaderLength;
    const salt = randomBytes(blockLength);
    const hole = tarHeaderLength + (key === undefined ? 0 : headerLengthV2);
    yield { type: 'hole', length: hole };
    offset += hole;

    let plaintextSize = 0;
    const plaintext = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const chunk of compressed(memberName, tar, options)) {
        plaintextSize += chunk.length;
        yield chunk;
      }
    };
    for await (const chunk of key === undefined ? plaintext() : encryptV2(plaintext(), key, salt)) yield data(chunk);

    const size = offset - contentAt;
    const header = archiveHeader(memberName, size, mtime);
    const bytes = key === undefined ? header : Buffer.concat([header, encodeHeaderV2({ plaintextSize, salt })]);
    if (bytes.length !== hole) throw new Error(`The headers of ${memberName} do not fit the room that was left for them.`);
    yield { type: 'fill', offset: holeAt, bytes };
    options.onArchive?.({ memberName, offset: contentAt, size, plaintextSize });
    const padding = tarPadding(size);
    if (padding.length > 0) yield data(padding);
  }
  yield data(tarEnd(offset));
}

/** The headers of an inner archive. Their length depends on the name alone: a `size` record fits in the block of the `mtime` record. */
export function archiveHeader(memberName: string, size: number, mtime: number): Buffer {
  return outerHeader(memberName, size, mtime, true);
}

function outerHeader(path: string, size: number, mtime: number, alwaysPaxTime = false): Buffer {
  return encodeTarHeader({ path, size, mtime, type: 'file', mode: 0o644, uid: 0, gid: 0 }, { alwaysPaxTime });
}

function compressed(memberName: string, tar: ByteSource, { compressionLevel, mtime, password }: WriteBackupOptions): ByteSource {
  if (!memberName.endsWith('.gz')) return gather(tar);
  // As Home Assistant: an encrypted archive does not repeat its name inside.
  const fileName = password === undefined ? memberName.slice(0, -'.gz'.length) : '';
  return gather(gzip(gather(tar), { level: compressionLevel, mtime, fileName }));
}
