import type { ThreadError } from '../../base/thread-error.js';
import type { MissingContents, SourceTarget } from './restore-entries.js';
import type { Restored } from './tally.js';

/** What a restoring thread is started with: the memory of its ring of bytes. */
export interface RestoreStart {
  readonly memory: SharedArrayBuffer;
}

/** One source at a time; the bytes of its inner tar come through the ring. */
export interface RestoreRequest {
  /** The name of its archive in the backup. */
  readonly member: string;
  readonly target: SourceTarget;
}

export interface RestoreOutcome {
  readonly restored: Restored;
  readonly missing: MissingContents;
  /** What is wrong with the tar, or with the target. */
  readonly failure?: ThreadError;
}

export type RestoreMessage = { readonly kind: 'room' } | { readonly kind: 'done'; readonly outcome: RestoreOutcome };
