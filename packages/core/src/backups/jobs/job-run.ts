import type { Failure } from '../summary.js';

/** Why a job began: its time had come; its time had passed while nothing ran; somebody asked; a location is tried again. */
export type RunTrigger = 'schedule' | 'missed' | 'manual' | 'retry';

/**
 * `complete`: all sources, whole, at all locations. `partial`: there is a backup, but a source or a location is missing something. `failed`: no
 * location has it. `skipped`: another run was under way.
 */
export type RunState = 'running' | 'complete' | 'partial' | 'failed' | 'cancelled' | 'skipped';

/** One run of a job. Its backups may be several, where locations get different sources or encryption. */
export interface JobRun {
  /** Sorts by time. */
  readonly id: string;
  /** The job's id. */
  readonly job: string;
  readonly trigger: RunTrigger;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly state: RunState;
  /** The ids of the backups it made. */
  readonly backups: readonly string[];
  readonly locations: readonly RunLocation[];
  /** Empty where nothing was read. */
  readonly sources: readonly RunSource[];
  /** Why it failed as a whole. */
  readonly error?: Failure;
  /** What else went wrong beside it: its `after` command, the clock, older backups that could not be deleted. */
  readonly remarks?: readonly Failure[];
  /** Of one that failed as a whole though its time had come: how often in a row that happened, and when it is tried next, ISO 8601 in UTC. */
  readonly attempts?: number;
  readonly nextAttempt?: string;
}

export interface RunLocation {
  /** The location's id. */
  readonly id: string;
  readonly title: string;
  /** `pending`: it failed, and is given a copy from another location later. */
  readonly state: 'stored' | 'failed' | 'pending';
  /** The backup that is, or should be, there. A pending one without gets a backup from the sources. */
  readonly backup?: string;
  readonly error?: Failure;
  /** Of a pending one: how often it was tried, and when it is tried next, ISO 8601 in UTC. */
  readonly attempts?: number;
  readonly nextAttempt?: string;
}

export interface RunSource {
  readonly name: string;
  /** `incomplete`: some of its files could not be read. */
  readonly state: 'complete' | 'incomplete' | 'missing';
  /** How many could not be read. */
  readonly problems: number;
}
