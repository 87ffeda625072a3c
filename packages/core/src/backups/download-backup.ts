import { createHash } from 'node:crypto';
import type { BodyPiece } from '../provider-api/index.js';
import { backupError } from './errors.js';
import { type WrittenFile, writeOutputBackup } from './file/output-file.js';
import { digested } from './observe-bytes.js';
import { openWithProgress, type ReadableBackup, type ReadOptions } from './open-backup.js';
import { withCopies } from './seal/with-copies.js';
import { encodeSidecar } from './sidecar.js';

export interface DownloadedBackup extends WrittenFile {
  /** What proves the file, beside it; absent for a backup without one. */
  readonly sidecar?: WrittenFile;
  /** The index of its files, beside it; absent for a backup without one, or if it can't be read. */
  readonly index?: WrittenFile;
}

/** Bytes of the index that are read at a time. */
const indexPart = 1024 * 1024;

/**
 * Copies a backup's file as it is, and its sidecar and index beside it, so that the copy is proven as the original is. The names appear when
 * all is complete and is what the sidecar says.
 */
export async function downloadBackup(
  backup: ReadableBackup,
  toFile: string,
  options: ReadOptions & { readonly overwrite?: boolean },
  signal: AbortSignal,
): Promise<DownloadedBackup> {
  const { sidecar } = backup;
  const withIndex = await hasIndex(backup, signal);
  const [written, ...beside] = await writeOutputBackup(toFile, options.overwrite === true, {
    backup: () => fileOf(backup, options, signal),
    ...(withIndex ? { index: () => indexOf(backup, signal) } : {}),
    ...(sidecar === undefined ? {} : { sidecar: () => data([encodeSidecar(sidecar)]) }),
  });
  if (written === undefined) throw new TypeError('nothing was written');
  const [index, sidecarFile] = withIndex ? beside : [undefined, ...beside];
  return { ...written, ...(sidecarFile === undefined ? {} : { sidecar: sidecarFile }), ...(index === undefined ? {} : { index }) };
}

async function* fileOf(backup: ReadableBackup, options: ReadOptions, signal: AbortSignal): AsyncGenerator<BodyPiece, void, undefined> {
  const bytes = await openWithProgress(backup, 'downloading', options, signal, () => 0);
  const expected = backup.sidecar?.file.sha256;
  if (expected === undefined) {
    yield* data(bytes);
    return;
  }
  const file = digested(bytes);
  yield* data(file.bytes);
  if (file.digest().sha256 !== expected) {
    throw withCopies(backupError('backup-differs', { id: backup.id, what: 'its SHA-256 is another' }), backup.others);
  }
}

/** Judged by its root page, which comes last: a backup whose index is lost or damaged is worth having all the same. */
async function hasIndex({ sidecar, readIndex }: ReadableBackup, signal: AbortSignal): Promise<boolean> {
  if (sidecar?.index === undefined) return false;
  const { offset, length, sha256 } = sidecar.index.root;
  try {
    const root = await readIndex(offset, length, signal);
    return createHash('sha256').update(root).digest('hex') === sha256;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

async function* indexOf({ sidecar, readIndex }: ReadableBackup, signal: AbortSignal): AsyncGenerator<BodyPiece, void, undefined> {
  const size = sidecar?.index?.size ?? 0;
  for (let offset = 0; offset < size; offset += indexPart) {
    yield { type: 'data', bytes: await readIndex(offset, Math.min(indexPart, size - offset), signal) };
  }
}

async function* data(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<BodyPiece, void, undefined> {
  for await (const bytes of chunks) yield { type: 'data', bytes };
}
