import type { Bucket } from './bucket.js';
import type { FactStore } from './bucket-facts.js';
import type { WorkNotes } from './work-notes.js';

/** What the calls of a location work with. */
export interface OpenLocation {
  readonly bucket: Bucket;
  readonly notes: WorkNotes;
  readonly facts: FactStore;
  /** Fires when the location is closed. */
  readonly lifetime: AbortSignal;
}
