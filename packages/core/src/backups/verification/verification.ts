import type { OnProgress } from '../progress.js';
import type { Failure } from '../summary.js';
import type { VerificationRun } from './verified-log.js';

/** Proves again and again that what is stored is still whole, and that it can be restored. */
export interface Verifications {
  /**
   * Reads back a share of each copy of what this host can compare, the blocks first that were not read for longest: ten runs of a tenth read everything. What it reads
   * stays encrypted. Damage is told in the report and raised as the issue `verification-failed`.
   */
  run(options?: VerificationOptions): Promise<VerificationReport>;
  /** Restores random files of a backup into a scratch folder and compares them with the digests of backup time. */
  drill(options?: DrillOptions): Promise<DrillReport>;
  /** Whether it is time for a scheduled run. By the clock alone, so restarts change nothing. */
  due(now?: Date): Promise<boolean>;
  status(now?: Date): Promise<VerificationStatus>;
}

export interface VerificationOptions {
  /** Of each copy, above 0 and up to 1; default as set, a tenth. */
  readonly share?: number;
  /** All of each copy; the same as a share of 1. */
  readonly all?: boolean;
  /** Ids or titles; default all. */
  readonly locations?: readonly string[];
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface VerificationReport extends VerificationRun {
  readonly checked: readonly CheckedCopy[];
  /** Locations that could not be listed, by title. */
  readonly unavailable: readonly { readonly location: string; readonly error: Failure }[];
}

export interface CheckedCopy {
  readonly id: string;
  readonly key: string;
  readonly location: { readonly id: string; readonly title: string };
  /** `unreachable`: its location failed when it was read; `not-comparable`: it has no seal whose digests could be compared. */
  readonly state: 'ok' | 'failed' | 'unreachable' | 'not-comparable';
  /** Bytes that were read, of how many. */
  readonly bytes: number;
  readonly size: number;
  readonly error?: Failure;
}

export interface VerificationStatus {
  /** Days between two runs; 0 if none is scheduled. */
  readonly everyDays: number;
  /** Of each copy, from 0 to 1. */
  readonly share: number;
  readonly lastRun?: VerificationRun;
  /** When the next one is to be, ISO 8601 in UTC; absent if none is scheduled. */
  readonly next?: string;
}

export interface DrillOptions {
  /** The id, or the start of it; default the newest backup that a key of this host opens. */
  readonly backup?: string;
  /** Id or title; default the first that has it. */
  readonly location?: string;
  /** How many files; default 10. */
  readonly files?: number;
  /** What the choice of files is drawn from: the same seed chooses the same files of a backup. Default random. */
  readonly seed?: string;
  /** Keys as someone typed them, tried beside the host's own. */
  readonly passwords?: readonly string[];
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface DrillReport {
  readonly id: string;
  readonly name: string;
  /** The location's title. */
  readonly location: string;
  readonly seed: string;
  /** How many files the backup has. */
  readonly of: number;
  readonly files: readonly DrilledFile[];
  /** Of the files that were restored. */
  readonly bytes: number;
  readonly ok: boolean;
}

export interface DrilledFile {
  readonly source: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** `no-digest`: it was restored, and there is nothing to compare it with; `no-room`: it is larger than the scratch folder's disk has room for. */
  readonly state: 'same' | 'differs' | 'no-digest' | 'no-room';
  readonly error?: Failure;
}
