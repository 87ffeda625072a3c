export type Phase =
  | 'preparing'
  | 'creating'
  | 'copying'
  | 'reading-back'
  | 'reading'
  | 'verifying'
  | 'restoring'
  | 'downloading'
  | 'converting';

/** Where a long operation is. `bytes` are of the sources while creating, of the backup file otherwise. */
export interface Progress {
  readonly phase: Phase;
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  readonly files: number;
  /** The file or source at hand. */
  readonly current: string | undefined;
}

/** Called many times a second; the receiver thins out what it shows. */
export type OnProgress = (progress: Progress) => void;
