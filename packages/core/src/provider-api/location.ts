import type { BodyPiece } from './body.js';
import type { Notice } from './notice.js';

/** What is stored under one key. Plain data, so that it crosses process borders unchanged. */
export interface ObjectInfo {
  /** The key it is stored under. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601 in UTC. */
  readonly modifiedAt: string;
}

/** What a `put` has stored. */
export interface StoredObject extends ObjectInfo {
  /**
   * True if the place itself compared digests of all that it stored with those of what it was sent: then the host need not read it all back before it
   * relies on it. Not for a digest that only the provider knows.
   */
  readonly verified?: boolean;
}

/** Bytes; `undefined` where the place doesn't tell. */
export interface Usage {
  /** What is stored there, by whomever. */
  readonly used?: number;
  /** What may still be stored there. */
  readonly free?: number;
  /** Both together. */
  readonly total?: number;
}

/** What comes with every call. */
export interface CallOptions {
  /** Fires when the answer is no longer wanted. Stop, free what is held, throw `cancelled`. */
  readonly signal: AbortSignal;
}

/** What comes with a `put`. */
export interface PutOptions extends CallOptions {
  /** The size in bytes, where the host knows it beforehand; otherwise an upper bound is not known either. */
  readonly size?: number;
}

/** What comes with a `get`: which range of the object is wanted. */
export interface GetOptions extends CallOptions {
  /** The first byte wanted. Default 0. */
  readonly offset?: number;
  /** How many bytes at most. Default: to the end. Fewer come only if the object ends before. */
  readonly length?: number;
}

/**
 * A place that keeps objects under keys. What the objects mean is the host's business.
 *
 * The host stores under *object keys* (`isObjectKey`): relative paths of 1 to 512 characters out of `a-z A-Z 0-9 . _ -` with `/`
 * between their parts. No part is empty, longer than 250, starts or ends with `.` or is a name that Windows reserves (`con`, `nul.tar`).
 * No two keys differ in case alone and none is another's folder (`a` beside `a/b`), so a key is a safe name on every file system.
 *
 * Other programs may keep their own files in the same place, such as Home Assistant its `Automatic backup 2026.8.tar`. What they
 * named otherwise is still listed, read and deleted under its name as it is, if that is a *readable key* (`isReadableKey`):
 * no part is empty, starts with `.`, or holds a control character or `\`. What is named worse is not shown.
 *
 * A key of the wrong kind is refused with `internal`. Every call may run at the same time as any other. Every failure is
 * a `ProviderError`, except that an error of a `body` may be passed on as it is.
 */
export interface Location extends AsyncDisposable {
  /**
   * Stores a body of unknown length, all or nothing: until the promise is fulfilled, `list`, `head` and `get` show what
   * was there before, and they do so for ever if it is rejected or the process dies. Once fulfilled, the object
   * survives a power cut as far as the place can promise it. Replaces an object of the same key.
   * Reads `body` no faster than it stores it, and cancels it when it fails. Takes object keys alone.
   */
  put(key: string, body: ReadableStream<Uint8Array>, options: PutOptions): Promise<StoredObject>;

  /**
   * As `put`, for a body with holes (see {@link BodyPiece}). Present exactly if the manifest declares the feature
   * `deferredWrites`. For a location without it, the host keeps the pieces behind an open hole on local disk.
   */
  putDeferred?(key: string, body: ReadableStream<BodyPiece>, options: PutOptions): Promise<StoredObject>;

  /**
   * The object's bytes, or a range of them. `not-found` if there is no such object; an `offset` at or
   * behind the end gives an empty stream. An object that is replaced or deleted meanwhile yields its old bytes or an error, never a mix.
   */
  get(key: string, options: GetOptions): Promise<ReadableStream<Uint8Array>>;

  /** What is stored under the key, `undefined` if nothing is. */
  head(key: string, options: CallOptions): Promise<ObjectInfo | undefined>;

  /**
   * All objects whose key starts with `prefix` (any string, also the empty one), in ascending order of their keys' bytes in UTF-8. What is
   * put or deleted while listing may or may not show. The place's own files and unfinished uploads never do.
   */
  list(prefix: string, options: CallOptions): AsyncIterable<ObjectInfo>;

  /** Deletes the object. Deleting what is not there succeeds. */
  delete(key: string, options: CallOptions): Promise<void>;

  /**
   * Proves by doing it that this place can be read, written, listed and deleted from. Leaves nothing behind. Gives what the user should know
   * although it works: that the key expires next week, that the bucket is public.
   */
  check?(options: CallOptions): Promise<readonly Notice[] | void>;

  /** How full the place is. */
  usage?(options: CallOptions): Promise<Usage>;

  /**
   * Removes what died before it was finished: temporary files, unfinished uploads. Only this location's own, and none
   * that may still be written to. Returns how many were removed. The host calls it before each backup.
   */
  sweep?(options: CallOptions): Promise<number>;
}
