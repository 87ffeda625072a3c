import { isDeepStrictEqual } from 'node:util';
import type { ArchiveNote } from '../archive/archive-note.js';
import type { IndexedArchive } from '../archive/index/archive-index.js';
import type { ByteSource } from '../base/byte-reader.js';
import { isHoldfastError } from '../base/errors.js';
import { openStoredIndex } from './browse/open-backup-index.js';
import { backupError } from './errors.js';
import { digested } from './observe-bytes.js';
import { openWithProgress, type ReadableBackup, type ReadOptions } from './open-backup.js';
import { readSources } from './read-sources.js';
import type { SealState } from './seal/check-seal.js';
import { withCopies } from './seal/with-copies.js';
import type { Sidecar } from './sidecar.js';

export interface VerifyResult {
  readonly id: string;
  readonly ok: true;
  /** Bytes of the backup file. */
  readonly size: number;
  /** Of the whole file, hexadecimal; only without a seal, which has digests of its own. */
  readonly sha256?: string;
  readonly files: number;
  /** Of the files' contents. */
  readonly bytes: number;
  readonly sources: readonly string[];
  /** The location's title, or the file's path. */
  readonly location: string;
  /** Whether there was a sidecar to compare with. */
  readonly sidecar: boolean;
  /** `sealed`: a key proves all of it, `unverified`: only its digests fit, `unsealed`: there was no seal. */
  readonly seal: SealState;
  /** What was odd and is no fault. */
  readonly notes: readonly ArchiveNote[];
}

interface Contents {
  readonly files: number;
  readonly bytes: number;
  readonly metadata: unknown;
  readonly notes: readonly ArchiveNote[];
  /** Sizes of the members, by source. */
  readonly sources: ReadonlyMap<string, number>;
}

/**
 * Proves a backup whole by reading all of it: every byte is compared with the seal, decrypted, decompressed and taken apart, and what is found
 * compared with the sidecar.
 *
 * @throws what is wrong with it: `truncated`, `corrupt`, `wrong-key`, `bytes-changed`, `member-missing`, `seal-missing`, ...
 */
export async function verifyBackup(backup: ReadableBackup, options: ReadOptions, signal: AbortSignal): Promise<VerifyResult> {
  const { sidecar, seal, others } = backup;
  try {
    await backup.proveSidecar(signal);
    let files = 0;
    const source = await openWithProgress(backup, 'verifying', { ...options, thorough: true, reuse: true }, signal, () => files);
    // A seal has digests of all bytes: one more over the whole file would only cost time.
    const file = sidecar?.seal === undefined ? digested(source) : undefined;
    const contents = await readAll(backup, file?.bytes ?? source, signal, () => {
      files += 1;
    });
    const digest = file?.digest();
    if (sidecar !== undefined) compare(backup.id, sidecar, contents, digest);
    // An archive that opened shows that the key is there, so it isn't why the seal can't be authenticated.
    if (seal === 'unverified' && sidecar?.seal?.key !== undefined && sidecar.encryption.format !== 'plain') {
      throw backupError('seal-invalid', { id: sidecar.id, what: 'it names another key than the one that opens the backup' });
    }
    return {
      id: backup.id,
      ok: true,
      size: digest?.size ?? backup.size,
      ...(digest === undefined ? {} : { sha256: digest.sha256 }),
      files: contents.files,
      bytes: contents.bytes,
      sources: [...contents.sources.keys()],
      location: backup.from,
      sidecar: sidecar !== undefined,
      seal,
      notes: contents.notes,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw isHoldfastError(error) && error.details['copies'] === undefined && isDamage(error.code) ? withCopies(error, others) : error;
  }
}

async function readAll(backup: ReadableBackup, source: ByteSource, signal: AbortSignal, onFile: () => void): Promise<Contents> {
  let files = 0;
  let bytes = 0;
  let metadata: unknown;
  const notes: ArchiveNote[] = [];
  const archives = await readIndex(backup, notes, signal);
  const found = new Map<string, number>();
  const sources = readSources(source, {
    passwords: backup.passwords,
    keyFingerprint: backup.keyFingerprint,
    archives,
    onMetadata(read) {
      metadata = read;
    },
    onNote: (note) => notes.push(note),
  });
  try {
    for await (const { name, member, open } of sources) {
      found.set(name, member.size);
      // Contents that nobody asks for are read and checked all the same.
      for await (const { entry } of await open()) {
        bytes += entry.size;
        if (entry.type === 'directory') continue;
        files += 1;
        onFile();
      }
    }
  } catch (error) {
    // Without the key the digests still find damage, and that may be why it seems to be the wrong one.
    const keyless = isHoldfastError(error, 'wrong-key') || isHoldfastError(error, 'key-needed');
    if (keyless && backup.sidecar?.seal !== undefined) for await (const _ of await backup.open(signal, { thorough: true, reuse: true }));
    throw error;
  }
  return { files, bytes, metadata, notes, sources: found };
}

/** All of the index is held against its digests. What is wrong with it is no fault of the backup, and not silent either. */
async function readIndex(backup: ReadableBackup, notes: ArchiveNote[], signal: AbortSignal): Promise<IndexedArchive[] | undefined> {
  try {
    await using index = await openStoredIndex(backup, signal);
    for (const source of index?.sources ?? []) await source.check();
    return index?.sources.map(({ archive }) => archive);
  } catch (error) {
    if (!isHoldfastError(error, 'index-unreadable')) throw error;
    notes.push({ code: 'index-unreadable', member: 'index', message: `${error.message} ${error.remedy}` });
    return undefined;
  }
}

function compare(
  id: string,
  sidecar: Sidecar,
  contents: Contents,
  digest: { readonly size: number; readonly sha256: string } | undefined,
): void {
  const differs = (what: string) => backupError('backup-differs', { id, what });
  const { file, metadata, archives } = sidecar;
  if (digest !== undefined && digest.size !== file.size) throw differs(`it is ${digest.size} bytes long instead of ${file.size}`);
  if (digest !== undefined && file.sha256 !== undefined && digest.sha256 !== file.sha256) throw differs('its SHA-256 is another');
  if (!isDeepStrictEqual(contents.metadata, metadata)) throw differs('its backup.json is another');
  for (const { source, size } of archives) {
    if (contents.sources.get(source.replaceAll('/', '_')) !== size) throw differs(`the source ${source} is missing or of another size`);
  }
}

function isDamage(code: string): boolean {
  return ['backup-differs', 'corrupt', 'truncated', 'metadata-unreadable', 'not-a-backup', 'seal-invalid'].includes(code);
}
