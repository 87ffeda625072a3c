import type { OnProgress } from '../progress.js';
import type { ReadBack } from '../read-back.js';
import type { Failure } from '../summary.js';

export interface SendCopyOptions {
  /** Its id, or as much of its start as is unique; or the key of a file without a sidecar. */
  readonly backup: string;
  /** Id or title of the location that it is read from; default the nearest that has all of it. */
  readonly from?: string;
  /** Id or title of the location that it goes to. */
  readonly to: string;
  /** How much is read back: of what was sent, and of a copy that is there already. Default `sample`. */
  readonly readBack?: ReadBack;
  /** What to do while another process works on the backups. Default `fail`, with `backup-running`. */
  readonly onBusy?: 'fail' | 'wait';
  readonly onProgress?: OnProgress;
}

/** What became of a copy at the location that it was sent to. */
export interface SentCopy {
  /** The location's id. */
  readonly id: string;
  /** The location's title. */
  readonly title: string;
  /** The backup's id. */
  readonly backup: string;
  /** `repaired`: what lay there was not whole, and was replaced. `there-already`: what lies there is whole, and nothing was sent. */
  readonly state: 'sent' | 'repaired' | 'there-already';
  /** Bytes of the backup file. */
  readonly bytes: number;
  /** Titles of the locations that it was read from: more than one, where a part was damaged or a location failed on the way. */
  readonly from: readonly string[];
  /** Parts of a MiB that were damaged in one copy and taken from another. */
  readonly mended: number;
  /** No location had its index whole: the copy is as good, but is slower to look into. */
  readonly withoutIndex?: true;
  /** Ids of the older backups that were deleted there, as the location keeps only so many. */
  readonly replaced?: readonly string[];
  /** Why older backups that should be deleted there are still there. */
  readonly notReplaced?: Failure;
}
