/**
 * Where a location's objects are, so that the host can tell two locations of the same place, and one place inside another.
 * Two places overlap if their `root` is equal and the `path` of one is that of the other or a folder above it.
 */
export interface Place {
  /** Names what `path` is in, whichever way it is spelled in the settings: a device, an endpoint with a bucket. Never holds secrets. */
  readonly root: string;
  /** The part of it that the location uses, with `/` between folders and none at its ends; empty for all of it. */
  readonly path: string;
}
