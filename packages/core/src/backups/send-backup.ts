import { join } from 'node:path';
import { writeBackup } from '../archive/write-backup.js';
import { isErrno } from '../base/atomic-file.js';
import type { BodyPiece } from '../provider-api/index.js';
import { closeHoles } from './close-holes.js';
import { atTheirOwnPace, type LagLimits } from './copies/own-pace.js';
import type { BackupDraft } from './draft-backup.js';
import { backupError } from './errors.js';
import type { OnProgress } from './progress.js';
import type { SourceRecord } from './record-sources.js';
import { LeafDigests } from './seal/leaf-digests.js';
import type { BackupServices } from './services.js';
import { limited } from './size/body-limit.js';
import type { Target } from './targets.js';

/** What was sent to a target, which has taken all of it. */
export interface Sent {
  readonly size: number;
  /** SHA-256 of each MiB of what was sent. */
  readonly leaves: readonly Buffer[];
  /** Whether the place itself compared digests of all that it stored. */
  readonly verified: boolean;
}

export interface SendOptions {
  readonly compressionLevel: number;
  /** The error for a target whose limit, bytes, the backup has passed. */
  readonly passedLimit: (target: Target, limit: number) => Error;
  readonly lag?: LagLimits;
  readonly onProgress?: OnProgress;
  /** Called for each target as soon as it has taken all, while others may still be taking. @returns whether it has the backup */
  readonly onSent: (target: Target, sent: Sent) => Promise<boolean>;
  readonly onFailure: (target: Target, error: unknown) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends the backup to all targets at once, to each at its own pace. A target that fails is dropped, one whose limit is passed as soon as it is, and one that falls
 * too far behind; what fails at the sources fails for all.
 */
export async function sendBackup(
  services: BackupServices,
  draft: BackupDraft,
  recorded: SourceRecord,
  targets: readonly Target[],
  { compressionLevel, passedLimit, lag, onProgress, onSent, onFailure, signal }: SendOptions,
): Promise<void> {
  const leaves = new LeafDigests();
  let whole: Omit<Sent, 'verified'> | undefined;
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
        await leaves.add(piece);
        yield piece;
      }
      whole = { size: leaves.size, leaves: await leaves.finish() };
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  const paced = await atTheirOwnPace(body(), targets, {
    ...lag,
    dataDir: services.dataDir,
    id: draft.metadata.slug,
    encrypted: draft.encryption !== undefined,
    size: () => whole?.size,
    ...(onProgress === undefined ? {} : { onProgress }),
    signal,
  });
  await Promise.all(
    paced.map(async (reader) => {
      await using taking = reader;
      const { target } = taking;
      // What stops the body here is why the target fails, whatever its provider makes of it.
      let stopped: unknown;
      const stop = (error: Error) => {
        stopped = error;
        return error;
      };
      const pieces = limited(taking.pieces, target.limits.maxObjectBytes, (limit) => stop(passedLimit(target, limit)));
      let verified: boolean;
      try {
        verified = await storeBody(target, draft.key, pieces, services.dataDir, stop, taking.signal);
        if (taking.dropped !== undefined || stopped !== undefined) throw taking.dropped ?? stopped;
        if (whole === undefined) throw new Error(`${target.record.title} stored a part of the backup only.`);
      } catch (error) {
        taking.ended(false);
        if (broken === undefined && !signal.aborted) onFailure(target, taking.dropped ?? stopped ?? error);
        return;
      }
      taking.ended(false);
      taking.ended(await onSent(target, { ...whole, verified }));
    }),
  );
  signal.throwIfAborted();
  if (broken !== undefined) throw broken.error;
}

/** Writes a backup's body to one location. @returns whether the place compared digests of all of it */
export async function storeBody(
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
