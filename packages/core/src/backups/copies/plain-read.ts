import type { ByteSource } from '../../base/byte-reader.js';
import { locationFailure } from '../../config/location-failure.js';
import { backupError } from '../errors.js';
import { digested } from '../observe-bytes.js';
import { LeafDigests } from '../seal/leaf-digests.js';
import type { CopyRead } from './copy-read.js';
import type { CopySource } from './copy-sources.js';

/** Reads a backup without a seal, from the first of its copies that gives it. Only its size, and the digest of all of it where one is known, can be checked. */
export class PlainRead implements CopyRead {
  readonly mended = 0;
  readonly from = new Set<string>();
  readonly #digests = new LeafDigests();
  readonly #sources: readonly CopySource[];
  readonly #expected: { readonly id: string; readonly size: number; readonly sha256?: string };

  constructor(sources: readonly CopySource[], expected: { readonly id: string; readonly size: number; readonly sha256?: string }) {
    this.#sources = sources;
    this.#expected = expected;
  }

  leaves(): Promise<readonly Buffer[]> {
    return this.#digests.finish();
  }

  /** @throws `backup-differs`, `location-failed` */
  async *bytes(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const { id, size, sha256 } = this.#expected;
    const { source, bytes } = await this.#open(signal);
    const file = digested(bytes);
    try {
      for await (const part of file.bytes) {
        await this.#digests.add({ type: 'data', bytes: part });
        yield part;
      }
    } catch (error) {
      throw locationFailure(source, error);
    }
    const found = file.digest();
    if (found.size !== size) throw backupError('backup-differs', { id, what: `it is ${found.size} bytes long instead of ${size}` });
    if (sha256 !== undefined && found.sha256 !== sha256) throw backupError('backup-differs', { id, what: 'its SHA-256 is another' });
  }

  async #open(signal: AbortSignal): Promise<{ readonly source: CopySource; readonly bytes: ByteSource }> {
    let failure: unknown;
    for (const source of this.#sources) {
      try {
        const bytes = await source.location.get(source.key, { signal });
        this.from.add(source.title);
        return { source, bytes };
      } catch (error) {
        signal.throwIfAborted();
        failure ??= locationFailure(source, error);
      }
    }
    throw failure;
  }
}
