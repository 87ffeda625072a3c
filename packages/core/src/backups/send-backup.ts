import { join } from 'node:path';
import { writeBackup } from '../archive/write-backup.js';
import { fanOut } from '../base/fan-out.js';
import type { BodyPiece } from '../provider-api/index.js';
import { closeHoles } from './close-holes.js';
import type { BackupDraft } from './draft-backup.js';
import type { SourceRecord } from './record-sources.js';
import { LeafDigests } from './seal/leaf-digests.js';
import type { BackupServices } from './services.js';
import type { Target } from './targets.js';

export interface Sent {
  readonly size: number;
  /** SHA-256 of each MiB of what was sent. */
  readonly leaves: readonly Buffer[];
  readonly targets: readonly { readonly target: Target; readonly error?: unknown }[];
}

/** Sends the backup to all targets at once. A target that fails is dropped; what fails at the sources fails for all. */
export async function sendBackup(
  services: BackupServices,
  draft: BackupDraft,
  recorded: SourceRecord,
  targets: readonly Target[],
  compressionLevel: number,
  signal: AbortSignal,
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
    targets.map(async (target, index) => {
      const branch = branches[index];
      if (branch === undefined) return { target };
      try {
        await storeBody(target, draft.key, branch.items, join(services.dataDir, 'spool'), signal);
        return { target };
      } catch (error) {
        return { target, error };
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

/** Writes a backup's body to one location. */
async function storeBody(
  target: Target,
  key: string,
  body: AsyncIterable<BodyPiece>,
  spoolFolder: string,
  signal: AbortSignal,
): Promise<void> {
  const { location } = target;
  if (location.putDeferred !== undefined) await location.putDeferred(key, ReadableStream.from(body), { signal });
  else await location.put(key, ReadableStream.from(closeHoles(body, spoolFolder)), { signal });
}
