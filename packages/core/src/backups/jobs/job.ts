import type { RetentionRules } from '../retention/rules.js';
import type { Schedule } from '../schedule/schedule.js';
import type { SourceSpec } from '../sources/source.js';

/** What is backed up by itself, when, where to, and how long it is kept. In `config.json`. */
export interface Job {
  /** Eight hexadecimal digits; stands in every backup that it makes. */
  readonly id: string;
  readonly title: string;
  /** Does not run by itself while it is false. */
  readonly enabled: boolean;
  readonly sources: readonly SourceSpec[];
  /** Absent: it runs only when it is told to. */
  readonly schedule?: Schedule;
  /** When the schedule was set. ISO 8601 in UTC. */
  readonly since: string;
  /** `all`: also those that are added later. */
  readonly locations: 'all' | readonly JobLocation[];
  /** What differs at some of them, where they are `all`. See {@link placesOf}. */
  readonly differing?: readonly JobLocation[];
  /** Of every location that has no rules of its own. Without rules all are kept. */
  readonly retention: RetentionRules;
  readonly encryption?: 'v2' | 'v3';
  readonly compressionLevel?: number;
  /** Run before anything is read. If it fails, there is no backup. */
  readonly before?: Hook;
  /** Run when the sources were read, whatever became of it, also of `before`. */
  readonly after?: Hook;
}

/** What differs at one location. */
export interface JobLocation {
  /** The location's id. */
  readonly location: string;
  readonly retention?: RetentionRules;
  /** Default true. Where it is false, a standing issue says so. */
  readonly encrypt?: boolean;
  /** The names of sources that don't go there. */
  readonly without?: readonly string[];
}

/** A command, to make a database consistent, say. */
export interface Hook {
  /** A program and its arguments; no shell. */
  readonly command: readonly [string, ...string[]];
  /** Seconds, after which it is stopped and has failed. */
  readonly timeLimit: number;
}

/** Where a job's backups go, of the locations that there are, and what differs there. One that was removed is left out. */
export function placesOf(job: Pick<Job, 'locations' | 'differing'>, existing: readonly { readonly id: string }[]): readonly JobLocation[] {
  const { locations, differing = [] } = job;
  if (locations !== 'all') return locations.filter(({ location }) => existing.some(({ id }) => id === location));
  return existing.map(({ id }) => differing.find(({ location }) => location === id) ?? { location: id });
}
