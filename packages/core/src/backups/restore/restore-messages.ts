import type { ThreadError } from '../../base/thread-error.js';
import type { MissingContents, SourceTarget } from './restore-entries.js';
import type { Restored } from './tally.js';
import type { WriteBehindOptions } from './write-behind/write-behind.js';

/** What a restoring thread is started with. */
export interface RestoreStart extends WriteBehindOptions {
  /** Of its ring. */
  readonly memory: SharedArrayBuffer;
}

export function isRestoreStart(data: unknown): data is RestoreStart {
  return typeof data === 'object' && data !== null && 'memory' in data && data.memory instanceof SharedArrayBuffer;
}

/** What it is to do: one source at a time, whose inner tar comes through the ring. */
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

/** `ready` once, before all else; `room` where the ring's other side waits for it; `small-files` where a thread that writes with this one would be of use. */
export type RestoreMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'room' }
  | { readonly kind: 'small-files'; readonly memory: SharedArrayBuffer }
  | { readonly kind: 'done'; readonly outcome: RestoreOutcome };
