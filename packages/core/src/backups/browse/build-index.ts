import type { IndexedArchive } from '../../archive/index/archive-index.js';
import type { IndexWriter } from '../../archive/index/index-writer.js';
import { type InnerArchive, openInnerArchive } from '../../archive/open-inner-archive.js';
import { type BackupMember, readBackup } from '../../archive/read-backup.js';
import { RootKeys } from '../../archive/securetar/root-keys.js';
import type { ByteSource } from '../../base/byte-reader.js';
import { LeafDigests } from '../seal/leaf-digests.js';
import { ContentDigest } from '../sources/content-digest.js';
import { namingWantedKey } from '../wanted-key.js';

/** What was learnt while a backup was read through. */
export interface BuiltIndex {
  /** SHA-256 of each MiB of the file. */
  readonly leaves: readonly Buffer[];
  /** What opened each archive that is encrypted, by its member's name. */
  readonly passwords: ReadonlyMap<string, string>;
}

export interface BuildIndexOptions {
  readonly passwords: readonly string[];
  readonly keyFingerprint: string | undefined;
  /** Of the backup, where it is known. */
  readonly date: string | undefined;
  /** Called for each entry. */
  onFile(): void;
}

/** Reads a backup through, strictly, and writes its index. @throws what is wrong with the backup */
export async function buildIndex(bytes: ByteSource, writer: IndexWriter, options: BuildIndexOptions): Promise<BuiltIndex> {
  const leaves = new LeafDigests();
  const passwords = new Map<string, string>();
  const rootKeys = new RootKeys();
  for await (const member of readBackup(digesting(bytes, leaves))) {
    if (member.kind !== 'inner-archive') continue;
    await using archive = await openInnerArchive(member, options.passwords, { rootKeys }).catch((error: unknown) => {
      throw namingWantedKey(error, options.keyFingerprint, options.date);
    });
    if (archive.password !== undefined) passwords.set(member.name, archive.password);
    writer.beginArchive();
    for await (const { entry, offset, body } of archive.entries) {
      options.onFile();
      if (entry.type !== 'file') writer.add({ entry, offset });
      else writer.add({ entry, offset, sha256: await digestOf(body, entry.size) });
    }
    writer.endArchive(indexedArchive(member, archive));
  }
  return { leaves: await leaves.finish(), passwords };
}

async function* digesting(bytes: ByteSource, leaves: LeafDigests): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of bytes) {
    await leaves.add({ type: 'data', bytes: chunk });
    yield chunk;
  }
}

async function digestOf(body: ByteSource, size: number): Promise<string> {
  const digest = new ContentDigest(size);
  for await (const chunk of body) digest.add(chunk);
  return digest.finish();
}

function indexedArchive({ name, offset, size }: BackupMember, archive: InnerArchive): IndexedArchive {
  const { format, gzip } = archive;
  return { member: name, offset, size, format, gzip, ...archive.storage() };
}
