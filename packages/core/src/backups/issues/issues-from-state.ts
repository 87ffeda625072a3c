import type { SavedKit } from '../../keys/kit-record.js';
import { formatByteSize } from '../../providers/byte-size.js';
import { type Job, placesOf } from '../jobs/job.js';
import type { JobRun } from '../jobs/job-run.js';
import type { IssueCode } from './catalogue.js';
import type { NewIssue, RaisedIssue } from './raised-issue.js';
import type { IssueChanges } from './issue-store.js';
import { overdueIssues } from './overdue.js';

/** What can be seen at any time, without asking anybody. */
export interface WatchedState {
  readonly now: Date;
  readonly jobs: readonly { readonly job: Job; readonly seed: string /** Newest first. */; readonly runs: readonly JobRun[] }[];
  readonly locations: readonly WatchedLocation[];
  readonly disks: readonly Disk[];
  readonly key: WatchedKey | undefined;
  /** What speaks against the clock. */
  readonly clockEvidence: string | undefined;
}

export interface WatchedLocation {
  readonly id: string;
  readonly title: string;
  /** The provider type's id. */
  readonly type: string;
  readonly needsReauth: boolean;
  /** Why its provider can't be used: `package` is installed and disabled, or there is none; absent if it can. */
  readonly withoutProvider?: { readonly package?: string };
}

/** The room on a disk that holds the data directory, or a location. */
export interface Disk {
  readonly location?: { readonly id: string; readonly title: string };
  /** Bytes. */
  readonly free: number;
  readonly total: number;
}

export interface WatchedKey {
  /** Since when it is used, ISO 8601. */
  readonly since: string;
  readonly saved: SavedKit | undefined;
  /** The latest kit of an earlier key. */
  readonly savedBefore: SavedKit | undefined;
  /** Whether a kit is needed by now. */
  readonly inUse: boolean;
}

const gibibyte = 2 ** 30;

/** What is so exactly as long as it can be seen. */
const standing: readonly IssueCode[] = [
  'backup-overdue',
  'encryption-off',
  'local-storage-low',
  'provider-disabled',
  'kit-not-saved',
  'kit-outdated',
  'clock-wrong',
];

/** The issues that what can be seen tells of, and which of the known ones are over. */
export function issuesFromState(state: WatchedState): IssueChanges {
  const [jobs, locations] = [idsOf(state.jobs.map(({ job }) => job)), idsOf(state.locations)];
  const gone = ({ job, location }: RaisedIssue) =>
    (job !== undefined && !jobs.has(job.id)) || (location !== undefined && !locations.has(location.id));
  const roomy = state.disks.filter((disk) => !isLow(disk));
  const hasRoom = ({ code, location }: RaisedIssue) =>
    code === 'local-storage-full' && roomy.some((disk) => disk.location?.id === location?.id);
  return {
    raised: [
      ...state.jobs.flatMap((watched) => jobIssues(watched, state)),
      ...state.locations.flatMap(locationIssues),
      ...state.disks.filter(isLow).map(lowIssue),
      ...kitIssues(state.key).raised,
      ...clockIssues(state),
    ],
    cured: (issue) => standing.includes(issue.code) || gone(issue) || hasRoom(issue),
  };
}

/** Whether the emergency kit that its owner has opens what is made now. */
export function kitIssues(key: WatchedKey | undefined): IssueChanges {
  const cured = ({ code }: RaisedIssue) => code === 'kit-not-saved' || code === 'kit-outdated';
  if (key === undefined || key.saved !== undefined || !key.inUse) return { raised: [], cured };
  if (key.savedBefore === undefined) return { raised: [{ code: 'kit-not-saved' }], cured };
  const details = { saved: key.savedBefore.savedAt.slice(0, 10), since: key.since.slice(0, 10) };
  return { raised: [{ code: 'kit-outdated', details }], cured };
}

function jobIssues({ job, seed, runs }: WatchedState['jobs'][number], { locations, now }: WatchedState): NewIssue[] {
  const places = placesOf(job, locations);
  const titled = places.flatMap(({ location }) => locations.filter(({ id }) => id === location).map(({ id, title }) => ({ id, title })));
  const plain = titled.filter(({ id }) => places.some(({ location, encrypt }) => location === id && encrypt === false));
  return [
    ...overdueIssues({ job, seed, locations: titled, runs }, now),
    ...plain.map((location): NewIssue => ({ code: 'encryption-off', job: { id: job.id, title: job.title }, location })),
  ];
}

function locationIssues({ id, title, type, needsReauth, withoutProvider }: WatchedLocation): NewIssue[] {
  const location = { id, title };
  const reason = 'its credentials are not on this machine.';
  return [
    ...(needsReauth ? [{ code: 'access-lost' as const, location, details: { reason } }] : []),
    ...(withoutProvider === undefined ? [] : [providerIssue(location, type, withoutProvider.package)]),
  ];
}

function providerIssue(location: { id: string; title: string }, type: string, provider: string | undefined): NewIssue {
  const [state, advice] =
    provider === undefined
      ? ['not installed', 'Install it: `holdfast provider search` finds it, `holdfast provider install` installs it.']
      : ['disabled', `Use it again: \`holdfast provider enable ${provider}\`.`];
  return { code: 'provider-disabled', location, ...(provider !== undefined && { provider }), details: { type, state, advice } };
}

/** A large disk has room for many backups when a twentieth of it is free, and a small one doesn't. */
function isLow({ free, total }: Disk): boolean {
  return free < gibibyte || (free < 5 * gibibyte && free < total / 20);
}

function lowIssue({ location, free, total }: Disk): NewIssue {
  const what = location === undefined ? "holds Holdfast's data directory" : `the location "${location.title}" is on`;
  const details = { what, free: formatByteSize(free), total: formatByteSize(total) };
  return { code: 'local-storage-low', ...(location !== undefined && { location }), details };
}

function clockIssues({ now, clockEvidence: evidence }: WatchedState): NewIssue[] {
  if (evidence === undefined) return [];
  return [{ code: 'clock-wrong', details: { now: `${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`, evidence } }];
}

function idsOf(things: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(things.map(({ id }) => id));
}
