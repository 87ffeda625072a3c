/** Reads all of a backup file to be copied. */
export interface CopyRead {
  /** From the start, once. */
  bytes(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined>;
  /** SHA-256 of each MiB; known when all was read. */
  leaves(): Promise<readonly Buffer[]>;
  /** How many parts were taken from another copy than the one that was being read, since they were damaged there. */
  readonly mended: number;
  /** Titles of the locations that gave something. */
  readonly from: ReadonlySet<string>;
}
