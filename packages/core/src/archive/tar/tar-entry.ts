export type TarEntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'fifo' | 'character-device' | 'block-device';

/** What a tar says about one member. */
export interface TarEntry {
  /** As in `base/file-name.ts`: bytes that are not UTF-8 stand as lone surrogates. Directories without a trailing slash. */
  readonly path: string;
  readonly type: TarEntryType;
  /** Bytes of content that follow; 0 but for files. */
  readonly size: number;
  /** Permission bits, `0o7777` at most. */
  readonly mode: number;
  /** Seconds since 1970, with a fraction, and negative before. */
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly userName?: string;
  readonly groupName?: string;
  /** For `symlink` and `hardlink`: where it points to, as stored. */
  readonly linkPath?: string;
}
