import type { RewrittenArchive } from '../archive/rewrite-backup.js';
import { openIndex } from '../archive/index/index-reader.js';
import type { IndexWriter } from '../archive/index/index-writer.js';
import { isHoldfastError } from '../base/errors.js';
import { isProviderError } from '../provider-api/index.js';
import { indexCipherKey } from '../keys/seal-key.js';
import type { ReadableBackup } from './open-backup.js';

/**
 * Writes the index of a backup once more, for its archives as they are stored now: what is in them is the same byte for byte, and so is
 * where their blocks begin. @returns false if there is none that can be read; the backup is as good, only slower to look into
 */
export async function rewriteIndex(
  backup: ReadableBackup,
  written: readonly RewrittenArchive[],
  writer: IndexWriter,
  signal: AbortSignal,
): Promise<boolean> {
  const { sidecar, sealRoot } = backup;
  if (sidecar?.index === undefined || sealRoot === undefined) return false;
  const key = indexCipherKey(sealRoot, Buffer.from(sidecar.index.salt, 'base64'));
  try {
    const index = await openIndex((offset, length) => backup.readIndex(offset, length, signal), sidecar.index, key);
    const indexed = index.archives();
    for (const archive of written) {
      const before = indexed.find(({ member }) => member === archive.member);
      if (before === undefined) return false;
      writer.beginArchive();
      for await (const entry of index.entries(archive.member)) writer.add(entry);
      const { salt: _, stream: __, ...kept } = before;
      const { offset, size, format, storage } = archive;
      writer.endArchive({ ...kept, offset, size, format, ...storage });
    }
    return true;
  } catch (error) {
    if (isHoldfastError(error, 'index-unreadable') || (isProviderError(error) && error.code === 'not-found')) return false;
    throw error;
  }
}
