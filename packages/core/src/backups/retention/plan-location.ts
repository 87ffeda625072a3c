import type { Job, JobLocation } from '../jobs/job.js';
import type { LocationCopy } from './location-copies.js';
import { planLimit } from './plan-limit.js';
import { type DropReason, type KeepReason, planRetention, type RetainedBackup, type RetentionDecision } from './plan-retention.js';
import type { RetentionRules } from './rules.js';

/** A job that looks after its backups at a location. */
export interface JobThere {
  readonly job: Pick<Job, 'id' | 'title' | 'retention' | 'schedule' | 'sources'>;
  readonly place: JobLocation;
}

/** All that decides about the copies of one location. */
export interface LocationFacts {
  readonly copies: readonly LocationCopy[];
  /** The jobs that are asked for and go there. */
  readonly jobs: readonly JobThere[];
  /** The ids of the other jobs that there are, with the question whether they go there. `undefined`: not known. */
  readonly others: ReadonlyMap<string, boolean> | undefined;
  /** At most so many of this instance's are kept there. */
  readonly limit: number | undefined;
  readonly pinned: ReadonlySet<string>;
  /** What is known about a copy beside what lies there. */
  stateOf(key: string): { readonly failed: boolean; readonly proven: boolean };
  readonly now: Date;
}

export interface CopyDecision {
  readonly copy: LocationCopy;
  /** Empty for one that is to be deleted. */
  readonly keptBy: readonly KeepReason[];
  readonly leftOutBy: readonly DropReason[];
  /** Keys of what takes its place and has to be proven whole before it goes, the newest first. */
  readonly after: readonly string[];
}

/** The rules that a job has at a location. */
export function rulesAt({ job, place }: JobThere): RetentionRules {
  return place.retention ?? job.retention;
}

function hasAllSources({ sources }: LocationCopy, { job, place }: JobThere): boolean {
  return job.sources.every(({ name }) => sources.includes(name) || place.without?.includes(name) === true);
}

/** Decides about each copy of a location, the newest first: by each job's rules about that job's backups, and by the location's own limit about all of this instance's. */
export function planLocation(facts: LocationFacts): CopyDecision[] {
  const { copies, jobs, limit, now } = facts;
  const dates = soberDates(copies, now);
  const asRetained = (copy: LocationCopy): RetainedBackup => {
    const { failed, proven } = facts.stateOf(copy.key);
    const good = copy.own?.isWhole === true && !failed;
    const date = dates.get(copy.key) ?? now;
    return { id: copy.key, date, automatic: true, pinned: facts.pinned.has(copy.id), good, verified: proven };
  };
  const groups = jobs.map((there): Group => {
    const members = copies
      .filter(({ own, job }) => own !== undefined && job === there.job.id)
      .map((copy) => ({
        ...asRetained(copy),
        complete: hasAllSources(copy, there),
      }));
    const { timeZone } = there.job.schedule ?? {};
    return { members, decisions: withLastMade(planRetention(members, rulesAt(there), now, { timeZone }), members, copies) };
  });
  const own = copies.filter((copy) => copy.own !== undefined).map(asRetained);
  const limited: Group = {
    members: own,
    decisions:
      limit === undefined
        ? []
        : planLimit(
            own.map((copy) => ({ ...copy, key: copy.id, sequence: sequenceOf(copies, copy.id) })),
            limit,
          ),
  };
  const all = [...groups, limited];
  const spared = sparedOf(own, all);
  const isDeleted = (key: string) => !spared.has(key) && isLeftOut(all, key);
  const dateOf = ({ key }: LocationCopy) => dates.get(key)?.getTime() ?? Number.NEGATIVE_INFINITY;
  return [...copies]
    .sort((one, other) => dateOf(other) - dateOf(one) || (one.key < other.key ? 1 : -1))
    .map((copy) => {
      const byJob = groups.flatMap(({ decisions }) => decisions.filter(({ id }) => id === copy.key));
      const byLimit = limited.decisions.filter(({ id }) => id === copy.key);
      const spare = spared.get(copy.key);
      if (spare !== undefined) return { copy, keptBy: [{ rule: spare }], leftOutBy: [], after: [] };
      if (!isDeleted(copy.key)) return { copy, keptBy: keptBy(copy, byJob, facts), leftOutBy: [], after: [] };
      const reasons = [...byJob, ...byLimit].flatMap(({ leftOutBy }) => leftOutBy.map((reason) => byId(reason, copies)));
      return {
        copy,
        keptBy: [],
        leftOutBy: reasons,
        after: [...new Set(all.flatMap((group) => replacements(group, copy.key, isDeleted)))],
      };
    });
}

interface Group {
  readonly members: readonly RetainedBackup[];
  readonly decisions: readonly RetentionDecision[];
}

/** Copies are decided about by their keys, and told by their ids. */
function byId(reason: DropReason, copies: readonly LocationCopy[]): DropReason {
  if (!('instead' in reason)) return reason;
  return { ...reason, instead: copies.find(({ key }) => key === reason.instead)?.id ?? reason.instead };
}

function isLeftOut(groups: readonly Group[], key: string): boolean {
  return groups.some(({ decisions }) => decisions.some(({ id, keptBy: reasons }) => id === key && reasons.length === 0));
}

/** What stays so that the location is not without a good one and a verified one, should a job and the location's limit leave out all of them between them. */
function sparedOf(own: readonly RetainedBackup[], groups: readonly Group[]): ReadonlyMap<string, 'last-good' | 'last-verified'> {
  const spared = new Map<string, 'last-good' | 'last-verified'>();
  const spare = (which: 'last-good' | 'last-verified', candidates: readonly RetainedBackup[]) => {
    const [newest] = [...candidates].sort((one, other) => other.date.getTime() - one.date.getTime());
    if (newest !== undefined && candidates.every(({ id }) => isLeftOut(groups, id))) spared.set(newest.id, which);
  };
  const good = own.filter((backup) => backup.good);
  spare('last-good', good);
  spare(
    'last-verified',
    good.filter(({ verified }) => verified),
  );
  return spared;
}

function keptBy(copy: LocationCopy, byJob: readonly RetentionDecision[], { jobs, others, pinned }: LocationFacts): KeepReason[] {
  const reasons = byJob.flatMap((decision) => decision.keptBy);
  if (reasons.length > 0) return reasons;
  const own: KeepReason[] = pinned.has(copy.id) ? [{ rule: 'pinned' }] : [];
  if (copy.outside !== undefined) return [...own, { rule: copy.outside }];
  if (copy.job === undefined) return [...own, { rule: 'by-hand' }];
  const goesThere = jobs.some(({ job }) => job.id === copy.job) ? true : others?.get(copy.job);
  if (goesThere === undefined) return [...own, { rule: others === undefined ? 'other-job' : 'job-removed' }];
  return [...own, { rule: goesThere ? 'other-job' : 'job-elsewhere' }];
}

/** As many of the newest good ones that are kept and not proven as there are to be deleted: what takes a place is known to be whole first. */
function replacements({ members, decisions }: Group, key: string, isDeleted: (key: string) => boolean): string[] {
  const leaving = decisions.filter(({ keptBy: reasons }) => reasons.length === 0);
  if (!leaving.some(({ id }) => id === key)) return [];
  const unproven = members.filter(({ id, good, verified }) => good && !verified && !isDeleted(id));
  return [...unproven]
    .sort((one, other) => other.date.getTime() - one.date.getTime())
    .slice(0, leaving.length)
    .map(({ id }) => id);
}

const day = 86_400_000;

/**
 * When each of this instance's copies was made, as far as that can be right: one from a clock that was ahead stands where its number among the seals says. Else it
 * would be the newest for years, and take the place of those that are.
 */
function soberDates(copies: readonly LocationCopy[], now: Date): ReadonlyMap<string, Date> {
  const dated = copies.map((copy) => ({ copy, time: new Date(copy.date).getTime() }));
  const isSober = (time: number) => time <= now.getTime() + day;
  const sober = dated.filter(({ time }) => isSober(time));
  return new Map(
    dated.flatMap(({ copy: { key, own }, time }): [string, Date][] => {
      if (Number.isNaN(time)) return [];
      if (isSober(time) || own === undefined) return [[key, new Date(time)]];
      const later = sober.filter(({ copy }) => (copy.own?.sequence ?? 0) > own.sequence).map((other) => other.time);
      return [[key, new Date(Math.min(now.getTime(), ...later) - 1)]];
    }),
  );
}

/** The one that was made last is never the one to go, also if its date says that it is old: a clock that lost its time begins anew in the past. */
function withLastMade(
  decisions: readonly RetentionDecision[],
  members: readonly RetainedBackup[],
  copies: readonly LocationCopy[],
): readonly RetentionDecision[] {
  const made = members.filter(({ good }) => good).map(({ id }) => ({ id, sequence: sequenceOf(copies, id) }));
  const last = made.reduce<(typeof made)[number] | undefined>(
    (latest, one) => (latest !== undefined && latest.sequence > one.sequence ? latest : one),
    undefined,
  );
  return decisions.map((decision) =>
    decision.id === last?.id && decision.keptBy.length === 0 ? { ...decision, keptBy: [{ rule: 'last-good' }], leftOutBy: [] } : decision,
  );
}

function sequenceOf(copies: readonly LocationCopy[], key: string): number {
  return copies.find((copy) => copy.key === key)?.own?.sequence ?? 0;
}
