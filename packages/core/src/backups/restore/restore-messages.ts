import type { ThreadError } from '../../base/thread-error.js';
import type { MissingContents, SourceTarget } from './restore-entries.js';
import type { Restored } from './tally.js';

/** What a restoring thread, which is started with the memory of a ring, is to do: one source at a time, whose inner tar comes through the ring. */
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

/** `ready` once, before all else; `room` where the ring's other side waits for it. */
export type RestoreMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'room' }
  | { readonly kind: 'done'; readonly outcome: RestoreOutcome };
