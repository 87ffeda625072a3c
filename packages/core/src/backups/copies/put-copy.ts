import type { OnProgress } from '../progress.js';
import { counted } from '../observe-bytes.js';
import { type ReadBack, readBack } from '../read-back.js';
import type { Target } from '../targets.js';
import type { CopyRead } from './copy-read.js';

export interface PutCopyOptions {
  readonly key: string;
  /** Bytes of the backup file. */
  readonly size: number;
  readonly readBack?: ReadBack;
  /** Whether an older backup is to be deleted for it: then all of it is read back, unless the place itself compared digests. */
  readonly replaces: boolean;
  readonly onProgress?: OnProgress;
  /** Called when what was there before is replaced, and what is there now isn't proven yet. */
  onStored(): void;
}

/**
 * Stores a backup's file and proves it as it is proven when a backup is made.
 *
 * @returns whether all of it is known to be right there, not only a sample
 * @throws `read-back-differs`, or what reading or storing fails with
 */
export async function putCopy(target: Target, read: CopyRead, options: PutCopyOptions, signal: AbortSignal): Promise<boolean> {
  const { key, size, onProgress } = options;
  const { title } = target.record;
  let failed: { readonly error: unknown } | undefined;
  async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* read.bytes(signal);
    } catch (error) {
      failed = { error };
      throw error;
    }
  }
  const body = counted(source(), signal, (bytes) => onProgress?.({ phase: 'copying', bytes, totalBytes: size, files: 0, current: title }));
  const stored = await target.location.put(key, ReadableStream.from(body), { size, signal }).catch((error: unknown) => {
    // What stops the body here is why it fails, whatever the provider makes of it.
    throw failed === undefined ? error : failed.error;
  });
  options.onStored();
  const mode = options.readBack === 'all' || (options.replaces && stored.verified !== true) ? 'all' : 'sample';
  const report = (bytes: number) => onProgress?.({ phase: 'reading-back', bytes, totalBytes: undefined, files: 0, current: title });
  const isAllRead = await readBack(target, key, { size, leaves: await read.leaves() }, mode, signal, report);
  return isAllRead || stored.verified === true;
}
