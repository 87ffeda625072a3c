import { join } from 'node:path';
import { writeBackup } from '../archive/write-backup.js';
import { isErrno } from '../base/atomic-file.js';
import { fanOut } from '../base/fan-out.js';
import type { BodyPiece } from '../provider-api/index.js';
import { closeHoles } from './close-holes.js';
import type { BackupDraft } from './draft-backup.js';
import { backupError } from './errors.js';
import type { SourceRecord } from './record-sources.js';
import { LeafDigests } from './seal/leaf-digests.js';
import type { BackupServices } from './services.js';
import { limited } from './size/body-limit.js';
import type { Target } from './targets.js';

export interface Sent {
  readonly size: number;
  /** SHA-256 of each MiB of what was sent. */
  readonly leaves: readonly Buffer[];
  readonly targets: readonly SentTo[];
}

interface SentTo {
  readonly target: Target;
  /** Whether the place itself compared digests of all that it stored. */
  readonly verified: boolean;
  readonly error?: unknown;
}

export interface SendOptions {
  readonly compressionLevel: number;
  /** The error for a target whose limit, bytes, the backup has passed. */
  readonly passedLimit: (target: Target, limit: number) => Error;
  readonly signal: AbortSignal;
}

/**
 * Sends the backup to all targets at once. A target that fails is dropped, one whose limit is passed as soon as it is; what fails at the sources fails
 * for all.
 */
export async function sendBackup(
  services: BackupServices,
  draft: BackupDraft,
  recorded: SourceRecord,
  targets: readonly Target[],
  { compressionLevel, passedLimit, signal }: SendOptions,
): Promise<Sent> {
  const leaves = new LeafDigests();
  let broken: { error: unknown } | undefined;
  async function* body(): AsyncGenerator<BodyPiece, void, undefined> {
    try {
      const pieces = writeBackup({
        metadata: draft.metadata,
        archives: recorded.archives,
        password: draft.encryption?.password,
        format: draft.format,
        compressionLevel,
        mtime: draft.date.getTime() / 1000,
        onArchive: (archive) => recorded.onArchive(archive),
      });
      for await (const piece of pieces) {
        signal.throwIfAborted();
        leaves.add(piece);
        yield piece;
      }
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  const branches = fanOut(body(), targets.length);
  const results = await Promise.all(
    targets.map(async (target, index): Promise<SentTo> => {
      const branch = branches[index];
      if (branch === undefined) return { target, verified: false };
      // What stops the body here is why the target fails, whatever its provider makes of it.
      let stopped: unknown;
      const stop = (error: Error) => {
        stopped = error;
        return error;
      };
      const body = limited(branch.items, target.limits.maxObjectBytes, (limit) => stop(passedLimit(target, limit)));
      try {
        const verified = await storeBody(target, draft.key, body, services.dataDir, stop, signal);
        return stopped === undefined ? { target, verified } : { target, verified: false, error: stopped };
      } catch (error) {
        return { target, verified: false, error: stopped ?? error };
      } finally {
        branch.leave();
      }
    }),
  );
  signal.throwIfAborted();
  if (broken !== undefined) throw broken.error;
  if (results.every(({ error }) => error !== undefined)) return { size: leaves.size, leaves: [], targets: results };
  return { size: leaves.size, leaves: leaves.finish(), targets: results };
}

/** Writes a backup's body to one location. @returns whether the place compared digests of all of it */
async function storeBody(
  { location }: Target,
  key: string,
  body: AsyncIterable<BodyPiece>,
  dataDir: string,
  stop: (error: Error) => Error,
  signal: AbortSignal,
): Promise<boolean> {
  if (location.putDeferred !== undefined) {
    const stored = await location.putDeferred(key, ReadableStream.from(body), { signal });
    return stored.verified === true;
  }
  const stored = await location.put(key, ReadableStream.from(spooled(body, dataDir, stop)), { signal });
  return stored.verified === true;
}

async function* spooled(
  body: AsyncIterable<BodyPiece>,
  dataDir: string,
  stop: (error: Error) => Error,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* closeHoles(body, join(dataDir, 'spool'));
  } catch (error) {
    throw isErrno(error, 'ENOSPC') ? stop(backupError('local-storage-full', { folder: dataDir }, error)) : error;
  }
}
