import { createHash } from 'node:crypto';
import type { ByteSource } from '../../base/byte-reader.js';
import { innerFaults } from '../faults.js';
import type { ReadRange } from '../scan-backup.js';
import type { IndexedArchive, IndexedEntry } from './archive-index.js';
import { readTarRange } from './read-archive-range.js';

/** A file's content by range reads, checked against its digest in the index at the end. Errors: `corrupt`, and those of `readTarRange`. */
export function readEntry(
  read: ReadRange,
  archive: IndexedArchive,
  password: string | undefined,
  found: IndexedEntry,
): AsyncGenerator<Uint8Array, void, undefined> {
  return checkedContent(readTarRange(read, archive, password, found.offset, found.entry.size), archive, found);
}

/** Passes a file's content on, and throws `corrupt` at its end if it is not what the index says. */
export async function* checkedContent(
  content: ByteSource,
  { member }: IndexedArchive,
  { entry, offset, sha256 }: IndexedEntry,
): AsyncGenerator<Uint8Array, void, undefined> {
  const faults = innerFaults(member, 'the unpacked archive');
  const digest = createHash('sha256');
  let size = 0;
  for await (const chunk of content) {
    digest.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  if (size !== entry.size) throw faults.corrupt('the content ends too early', offset + size, entry.path);
  if (sha256 !== undefined && digest.digest('hex') !== sha256) {
    throw faults.corrupt('the content is not what the index says', offset, entry.path);
  }
}
