import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { TarEntry } from '../tar/tar-entry.js';
import type { IndexedArchive, IndexedEntry } from './archive-index.js';
import { type ArchiveIndex, openIndex } from './index-reader.js';
import { createIndexWriter, type WrittenIndex } from './index-writer.js';
import { openPageSpool } from './page-spool.js';

export const indexCipherKey = Buffer.alloc(32, 7);

function archiveOf(member: string, change: Partial<IndexedArchive> = {}): IndexedArchive {
  return { member, offset: 1536, size: 10_000, plaintextSize: 10_000, format: 'plain', gzip: true, ...change };
}

export function entryOf(path: string, change: Partial<TarEntry> = {}): IndexedEntry {
  const entry: TarEntry = { path, type: 'file', size: 5, mode: 0o644, mtime: 1_700_000_000.25, uid: 1000, gid: 1000, ...change };
  return { entry, offset: 512, ...(entry.type === 'file' ? { sha256: createHash('sha256').update(path).digest('hex') } : {}) };
}

export interface MadeIndex {
  readonly bytes: Buffer;
  readonly written: WrittenIndex;
}

export async function makeIndex(
  archives: Readonly<Record<string, readonly IndexedEntry[]>>,
  key: Buffer | 'none' = indexCipherKey,
  change: Partial<IndexedArchive> = {},
): Promise<MadeIndex> {
  await using spool = openPageSpool(tmpdir());
  const writer = createIndexWriter({ key: key === 'none' ? undefined : key, spool });
  for (const [member, entries] of Object.entries(archives)) {
    writer.beginArchive();
    for (const entry of entries) writer.add(entry);
    writer.endArchive(archiveOf(member, change));
  }
  const written = await writer.finish();
  const parts: Uint8Array[] = [];
  for await (const part of spool.bytes()) parts.push(part);
  return { bytes: Buffer.concat(parts), written };
}

/** Opens a made index, and counts what is read of it. */
export async function openMade({ bytes, written }: MadeIndex, key: Buffer | 'none' = indexCipherKey) {
  const reads: { offset: number; length: number }[] = [];
  const index: ArchiveIndex = await openIndex(
    async (offset, length) => {
      reads.push({ offset, length });
      return bytes.subarray(offset, offset + length);
    },
    written,
    key === 'none' ? undefined : key,
  );
  return { index, reads };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
