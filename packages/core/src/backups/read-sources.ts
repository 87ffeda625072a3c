import type { BackupMetadata } from '../archive/backup-metadata.js';
import { type InnerArchive, openInnerArchive } from '../archive/open-inner-archive.js';
import { type BackupMember, readBackup, readMetadata } from '../archive/read-backup.js';
import type { TarEntry } from '../archive/tar/tar-entry.js';
import type { ByteSource } from '../base/byte-reader.js';
import { isHoldfastError } from '../base/errors.js';
import { sourceNameOf } from './sources/source.js';
import { fingerprintIn, namingWantedKey } from './wanted-key.js';

export interface SourceEntry {
  /** As in the source: without what the archive puts before it; `''` is the source's folder. */
  readonly path: string;
  readonly entry: TarEntry;
  /** Where a hard link points, as `path`. */
  readonly linkPath: string | undefined;
  readonly body: ByteSource;
}

export interface BackupSource {
  readonly name: string;
  readonly member: BackupMember;
  readonly open: () => Promise<AsyncGenerator<SourceEntry, void, undefined>>;
}

export interface ReadSourcesOptions {
  readonly passwords: readonly string[];
  /** Of the key that is wanted, where it is known; else backup.json may name it. */
  readonly keyFingerprint?: string | undefined;
  onMetadata?(metadata: BackupMetadata): void;
}

/**
 * The sources of a backup file, in its order. One that isn't opened is passed over. An unreadable backup.json keeps
 * none of them from being read; it is thrown at the end.
 */
export async function* readSources(bytes: ByteSource, options: ReadSourcesOptions): AsyncGenerator<BackupSource, void, undefined> {
  let fingerprint = options.keyFingerprint;
  let unreadable: unknown;
  for await (const member of readBackup(bytes)) {
    if (member.kind === 'metadata') {
      try {
        const metadata = await readMetadata(member);
        fingerprint ??= fingerprintIn(metadata);
        options.onMetadata?.(metadata);
      } catch (error) {
        if (!isHoldfastError(error, 'metadata-unreadable')) throw error;
        unreadable = error;
      }
    }
    if (member.kind !== 'inner-archive') continue;
    const name = sourceNameOf(member.name);
    yield {
      name,
      member,
      async open() {
        try {
          return sourceEntries(name, await openInnerArchive(member, options.passwords));
        } catch (error) {
          throw namingWantedKey(error, fingerprint);
        }
      },
    };
  }
  if (unreadable !== undefined) throw unreadable;
}

/**
 * Home Assistant's configuration lies below `data/` (format 1.1). Where that folder is all that the archive has, it stands for the source;
 * the Supervisor's archives begin with `.` and have files beside it, so these keep their paths.
 */
async function* sourceEntries(name: string, opened: InnerArchive): AsyncGenerator<SourceEntry, void, undefined> {
  await using archive = opened;
  let prefix: string | undefined;
  for await (const { entry, body } of archive.entries) {
    prefix ??= name === 'homeassistant' && entry.path.replace(/^\.\//, '') === 'data' ? 'data' : '';
    yield {
      path: withoutPrefix(entry.path, prefix),
      entry,
      linkPath: entry.type === 'hardlink' ? withoutPrefix(entry.linkPath ?? '', prefix) : undefined,
      body,
    };
  }
}

function withoutPrefix(path: string, prefix: string): string {
  const plain = path.replace(/^(\.\/+)+/, '').replace(/\/+$/, '');
  if (plain === '.' || plain === prefix) return '';
  return prefix !== '' && plain.startsWith(`${prefix}/`) ? plain.slice(prefix.length + 1) : plain;
}
