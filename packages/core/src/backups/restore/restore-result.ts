import type { TarEntryType } from '../../archive/tar/tar-entry.js';
import type { RestoreProblemCode } from './safe-path.js';

/** Something that was not restored as the backup has it. */
export interface RestoreProblem {
  readonly source: string;
  readonly path: string;
  readonly code: RestoreProblemCode;
  readonly message: string;
}

/** One entry of a backup, by its path in its source. */
export interface ContentEntry {
  readonly source: string;
  readonly path: string;
  readonly type: TarEntryType;
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  /** Seconds since 1970, with a fraction. */
  readonly mtime: number;
  readonly linkPath?: string;
  /** Of a file's content, hexadecimal, where an index tells it. */
  readonly sha256?: string;
}

/** A source that was put in place of a folder. */
export interface ReplacedSource {
  readonly source: string;
  readonly folder: string;
  readonly former?: string;
}

export interface RestoreResult {
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  /** Of the files' contents. */
  readonly bytes: number;
  readonly problems: readonly RestoreProblem[];
  /** What would be restored, for a dry run. */
  readonly entries?: readonly ContentEntry[];
  /** After replacing: the folders that were, and where the former state of each is kept; absent for one that wasn't there. */
  readonly replaced?: readonly ReplacedSource[];
  /** After replacing: how many of the files were read back and compared with the digests of backup time. None without an index. */
  readonly checked?: number;
}
