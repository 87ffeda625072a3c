import type { ByteSource } from '../base/byte-reader.js';
import type { BodyPiece } from '../provider-api/body.js';
import { type BackupMetadata, encodeBackupMetadata } from './backup-metadata.js';
import { gather } from './chunks.js';
import { gzip } from './gzip/gzip.js';
import type { RestartBlocks } from './gzip/restart-blocks.js';
import type { IndexedArchive } from './index/archive-index.js';
import type { ArchiveEncryption } from './securetar/archive-encryption.js';
import { createEncryption } from './securetar/encryption.js';
import { encodeTarHeader, tarEnd, tarPadding } from './tar/encode-tar.js';
import { blockSize } from './tar/ustar-header.js';

export interface InnerArchiveInput {
  /** Its name in the backup: `share.tar.gz`, or `share.tar` to store it uncompressed. */
  readonly memberName: string;
  /** The inner tar's bytes, end blocks included. */
  readonly tar: ByteSource;
  /** Called with each chunk of it that is not needed any more. */
  release?(chunk: Uint8Array): void;
}

export interface WrittenArchive extends IndexedArchive {
  /** The encryption header; empty if it is not encrypted. */
  readonly header: Buffer;
}

export interface WriteBackupOptions {
  /** Written first, complete. */
  readonly metadata: BackupMetadata;
  readonly archives: Iterable<InnerArchiveInput> | AsyncIterable<InnerArchiveInput>;
  /** `undefined` for a plain backup; else the inner archives are encrypted. */
  readonly password: string | undefined;
  /** Default version 2, which every Home Assistant of today can read. */
  readonly format?: ArchiveEncryption['format'];
  /** 1 to 9; 0 stores. */
  readonly compressionLevel: number;
  /** Of the outer members, seconds since 1970. */
  readonly mtime: number;
  /** Called when all of an inner archive has been read. */
  onArchive?(written: WrittenArchive): void;
}

/** Where backup.json's content stands in a file that {@link writeBackup} makes: behind its header. */
export const metadataOffset = blockSize;

/**
 * A backup file as pieces, in one pass and bounded memory. Sizes stand before what they measure, so the headers of an inner
 * archive (outer tar and SecureTar) are one hole, which is filled when the archive is complete (format 10).
 */
export async function* writeBackup(options: WriteBackupOptions): AsyncGenerator<BodyPiece, void, undefined> {
  const { password, mtime } = options;
  const encryption = password === undefined ? undefined : await createEncryption(options.format ?? 'securetar-2', password);
  let offset = 0;
  const data = (bytes: Uint8Array): BodyPiece => {
    offset += bytes.length;
    return { type: 'data', bytes };
  };

  const metadata = encodeBackupMetadata(options.metadata);
  yield data(Buffer.concat([outerHeader('./backup.json', metadata.length, Math.floor(mtime)), metadata, tarPadding(metadata.length)]));

  for await (const input of options.archives) {
    const { memberName } = input;
    const holeAt = offset;
    const tarHeaderLength = archiveHeader(memberName, 0, mtime).length;
    const contentAt = holeAt + tarHeaderLength;
    const hole = tarHeaderLength + (encryption?.headerLength ?? 0);
    yield { type: 'hole', length: hole };
    offset += hole;

    const content = new ArchiveContent(input, options);
    const cipher = encryption?.begin();
    for await (const chunk of cipher === undefined ? content.bytes() : cipher.encrypt(content.bytes())) yield data(chunk);

    const size = offset - contentAt;
    const header = cipher?.header(content.size) ?? Buffer.alloc(0);
    const bytes = Buffer.concat([archiveHeader(memberName, size, mtime), header]);
    if (bytes.length !== hole) throw new Error(`The headers of ${memberName} do not fit the room that was left for them.`);
    yield { type: 'fill', offset: holeAt, bytes };
    options.onArchive?.({
      member: memberName,
      offset: contentAt,
      size,
      format: encryption?.format ?? 'plain',
      plaintextSize: content.size,
      gzip: content.gzip,
      ...(content.blocks === undefined ? {} : { blocks: content.blocks }),
      ...cipher?.storage(),
      header,
    });
    const padding = tarPadding(size);
    if (padding.length > 0) yield data(padding);
  }
  yield data(tarEnd(offset));
}

/** An inner archive before encryption, and what is known of it at its end. */
class ArchiveContent {
  readonly gzip: boolean;
  size = 0;
  blocks: RestartBlocks | undefined;

  constructor(
    readonly input: InnerArchiveInput,
    readonly options: WriteBackupOptions,
  ) {
    this.gzip = input.memberName.endsWith('.gz');
  }

  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of this.gzip ? this.#compressed() : gather(this.input.tar)) {
      this.size += chunk.length;
      yield chunk;
    }
  }

  #compressed(): ByteSource {
    const { compressionLevel: level, mtime, password } = this.options;
    const { memberName, tar } = this.input;
    // As Home Assistant: an encrypted archive does not repeat its name inside.
    const fileName = password === undefined ? memberName.slice(0, -'.gz'.length) : '';
    const onBlocks = (blocks: RestartBlocks) => {
      this.blocks = blocks;
    };
    // Unless it is encrypted it goes on as it is.
    const transient = password !== undefined;
    return gzip(tar, { level, mtime, fileName, transient, onBlocks, onPacked: (block) => this.input.release?.(block) });
  }
}

/** The headers of an inner archive. Their length depends on the name alone: a `size` record fits in the block of the `mtime` record. */
export function archiveHeader(memberName: string, size: number, mtime: number): Buffer {
  return outerHeader(memberName, size, mtime, true);
}

function outerHeader(path: string, size: number, mtime: number, alwaysPaxTime = false): Buffer {
  return encodeTarHeader({ path, size, mtime, type: 'file', mode: 0o644, uid: 0, gid: 0 }, { alwaysPaxTime });
}
