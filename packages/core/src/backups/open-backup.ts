import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ByteSource } from '../base/byte-reader.js';
import { isErrno } from '../base/atomic-file.js';
import { typedKeyCandidates } from '../keys/encryption-key.js';
import type { KeyStore } from '../keys/key-store.js';
import { findBackup } from './catalogue.js';
import { backupError } from './errors.js';
import type { OnProgress, Phase } from './progress.js';
import { counted } from './observe-bytes.js';
import type { BackupServices } from './services.js';
import type { Sidecar } from './sidecar.js';
import type { BackupCopy } from './summary.js';

/** A backup of the host's locations, or a backup file on this machine. */
export type BackupRef = { readonly id: string } | { readonly file: string };

export interface ReadOptions {
  /** Id or title of the location to read from; default the first that gives it. */
  readonly location?: string;
  /** Keys as someone typed them, tried beside the host's own. */
  readonly passwords?: readonly string[];
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** A backup that can be read, from wherever it lies. */
export interface ReadableBackup {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** The title of the location, or the file's path. */
  readonly from: string;
  readonly sidecar: Sidecar | undefined;
  readonly passwords: readonly string[];
  /** Of the key that opens it, where the sidecar tells. */
  readonly keyFingerprint: string | undefined;
  /** From the start; may be called again. */
  open(signal: AbortSignal): Promise<ByteSource>;
}

/** @throws `unknown-backup` and the like, `backup-not-at-location`, or the failure of the last location that was tried */
export async function openStoredBackup(
  services: BackupServices,
  id: string,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<ReadableBackup> {
  const { summary, sidecar } = await findBackup(services, id, signal);
  const copies = options.location === undefined ? summary.locations : copiesAt(services, summary.id, summary.locations, options.location);
  let failure: unknown;
  for (const copy of copies) {
    try {
      const location = await services.locations.open(copy.id);
      await location.head(copy.key, { signal });
      return {
        id: summary.id,
        size: summary.size,
        from: copy.title,
        sidecar,
        passwords: passwordsFor(services.keys, options.passwords, summary.keyFingerprint),
        keyFingerprint: summary.keyFingerprint,
        open: (readSignal) => location.get(copy.key, { signal: readSignal }),
      };
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

/** @throws `backup-file-unreadable` */
export async function openBackupFile(file: string, options: ReadOptions, keys?: KeyStore): Promise<ReadableBackup> {
  const path = resolve(file);
  const unreadable = (error: unknown) =>
    backupError('backup-file-unreadable', { path, reason: isErrno(error, 'ENOENT') ? 'it is not there' : String(error) });
  const stats = await stat(path).catch((error: unknown) => {
    throw unreadable(error);
  });
  if (!stats.isFile()) throw backupError('backup-file-unreadable', { path, reason: 'it is not a file' });
  return {
    id: path,
    size: stats.size,
    from: path,
    sidecar: undefined,
    passwords: passwordsFor(keys, options.passwords, undefined),
    keyFingerprint: undefined,
    async open(signal) {
      return createReadStream(path, { highWaterMark: 256 * 1024, signal });
    },
  };
}

/** Reads with progress over the file's bytes. */
export async function openWithProgress(
  backup: ReadableBackup,
  phase: Phase,
  options: ReadOptions,
  signal: AbortSignal,
  files: () => number,
): Promise<ByteSource> {
  const { size: totalBytes } = backup;
  return counted(await backup.open(signal), signal, (bytes) =>
    options.onProgress?.({ phase, bytes, totalBytes, files: files(), current: undefined }),
  );
}

function copiesAt(services: BackupServices, id: string, copies: readonly BackupCopy[], location: string): readonly BackupCopy[] {
  const record = services.locations.get(location);
  const there = copies.filter((copy) => copy.id === record.id);
  if (there.length > 0) return there;
  throw backupError('backup-not-at-location', { id, location: record.title, locations: copies.map(({ title }) => title).join(', ') });
}

/** What may open a backup: the host's key with its fingerprint first, then all that it has, then what was typed. */
function passwordsFor(keys: KeyStore | undefined, typed: readonly string[] = [], fingerprint: string | undefined): string[] {
  const fitting = fingerprint === undefined ? undefined : keys?.withFingerprint(fingerprint);
  const own = fitting === undefined ? (keys?.all() ?? []) : [fitting];
  return [...new Set([...own.map(({ key }) => key), ...typed.flatMap(typedKeyCandidates)])];
}
