import type { OnProgress } from '../progress.js';
import type { Failure } from '../summary.js';
import type { DropReason, KeepReason } from './plan-retention.js';
import type { RetentionLogEntry } from './retention-log.js';
import type { RetentionRules } from './rules.js';
import type { Simulation } from './simulate-retention.js';

/** Which backups are kept at the locations, and which are not. */
export interface Retention {
  /** What a run would do now, copy by copy, and what it will have done after some years. Changes nothing. */
  plan(options?: RetentionPlanOptions): Promise<RetentionReport>;
  /**
   * Deletes what no rule keeps, of the automatic backups of this instance alone, and what is too many where a location keeps only so many. What takes the place of
   * something is proven whole first. Killed at any point, the next run ends with the same backups.
   *
   * @throws `backup-running`, `config-damaged`
   */
  run(options?: RetentionOptions): Promise<RetentionReport>;
  /** What was deleted and why, the latest first. */
  log(options?: { /** Default all that is still known. */ readonly limit?: number }): Promise<readonly RetentionLogEntry[]>;
}

export interface RetentionOptions {
  /** Id or title; default all jobs. */
  readonly job?: string;
  /** Ids or titles; default all. */
  readonly locations?: readonly string[];
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface RetentionPlanOptions extends RetentionOptions {
  /** Also plays the schedules of the jobs for so many years from now. */
  readonly years?: number;
}

export interface RetentionReport {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly locations: readonly LocationRetention[];
  /** Locations that could not be listed, where nothing was touched, by title. */
  readonly unavailable: readonly { readonly location: string; readonly error: Failure }[];
}

export interface LocationRetention {
  readonly id: string;
  readonly title: string;
  /** At most so many of this instance's backups are kept there, whatever the jobs say: the location's own limit. */
  readonly limit?: number;
  readonly jobs: readonly { readonly id: string; readonly title: string; readonly rules: RetentionRules }[];
  /** Newest first. */
  readonly copies: readonly RetainedCopy[];
  /** Of the jobs that run by a schedule, if years were asked for. */
  readonly simulations?: readonly (Simulation & { readonly job: string })[];
}

/** One copy of a backup, and what becomes of it. */
export interface RetainedCopy {
  readonly id: string;
  readonly name: string;
  /** ISO 8601 with offset. */
  readonly date: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** The id of the job that made it. */
  readonly job?: string;
  /** `kept` or `to-delete` in a plan; in a run, `to-delete` is what was left for the next one, since its replacement could not be proven whole. */
  readonly state: 'kept' | 'to-delete' | 'deleted' | 'failed';
  readonly keptBy: readonly KeepReason[];
  /** Why no rule keeps it; empty for one that is kept. */
  readonly leftOutBy: readonly DropReason[];
  /** Why it could not be deleted, or may not yet. */
  readonly error?: Failure;
}
