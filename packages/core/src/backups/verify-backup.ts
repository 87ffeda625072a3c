import { isDeepStrictEqual } from 'node:util';
import { backupError } from './errors.js';
import { digested } from './observe-bytes.js';
import { openWithProgress, type ReadableBackup, type ReadOptions } from './open-backup.js';
import { readSources } from './read-sources.js';

export interface VerifyResult {
  readonly id: string;
  readonly ok: true;
  /** Bytes of the backup file. */
  readonly size: number;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly files: number;
  /** Of the files' contents. */
  readonly bytes: number;
  readonly sources: readonly string[];
  /** The location's title, or the file's path. */
  readonly location: string;
  /** Whether there was a sidecar to compare with. */
  readonly sidecar: boolean;
}

/**
 * Proves a backup whole by reading all of it: every byte is decrypted, decompressed and taken apart, and the file compared with
 * its sidecar.
 *
 * @throws what is wrong with it: `truncated`, `damaged`, `wrong-key`, `backup-differs`, ...
 */
export async function verifyBackup(backup: ReadableBackup, options: ReadOptions, signal: AbortSignal): Promise<VerifyResult> {
  const { sidecar } = backup;
  let files = 0;
  let bytes = 0;
  let metadata: unknown;
  const found = new Map<string, number>();
  const file = digested(await openWithProgress(backup, 'verifying', options, signal, () => files));
  const sources = readSources(file.bytes, {
    passwords: backup.passwords,
    keyFingerprint: backup.keyFingerprint,
    onMetadata(read) {
      metadata = read;
    },
  });
  for await (const source of sources) {
    found.set(source.name, source.member.size);
    for await (const { entry, body } of await source.open()) {
      if (entry.type !== 'directory') files += 1;
      for await (const chunk of body) bytes += chunk.length;
    }
  }
  const digest = file.digest();
  if (sidecar !== undefined) {
    const differs = (what: string) => backupError('backup-differs', { id: backup.id, what });
    if (digest.size !== sidecar.file.size) throw differs(`it is ${digest.size} bytes long instead of ${sidecar.file.size}`);
    if (digest.sha256 !== sidecar.file.sha256) throw differs('its SHA-256 is another');
    if (!isDeepStrictEqual(metadata, sidecar.metadata)) throw differs('its backup.json is another');
    for (const { source, size } of sidecar.archives) {
      if (found.get(source.replaceAll('/', '_')) !== size) throw differs(`the source ${source} is missing or of another size`);
    }
  }
  return {
    id: backup.id,
    ok: true,
    ...digest,
    files,
    bytes,
    sources: [...found.keys()],
    location: backup.from,
    sidecar: sidecar !== undefined,
  };
}
