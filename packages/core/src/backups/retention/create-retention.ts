import { cancellable } from '../cancellation.js';
import type { Job } from '../jobs/job.js';
import type { BackupServices } from '../services.js';
import type { LocationRetention, Retention, RetentionOptions, RetentionReport } from './retention.js';

/** What retention needs to know of the jobs. */
export interface JobsToRetain {
  list(): readonly Job[];
  /** @throws `unknown-job` */
  get(idOrTitle: string): Job;
}

export function createRetention(services: BackupServices, jobs: JobsToRetain): Retention {
  const applied = ({ job, locations, onProgress }: RetentionOptions) => ({
    jobs: jobs.list(),
    ...(job !== undefined && { job: jobs.get(job) }),
    ...(locations && { locations }),
    ...(onProgress && { onProgress }),
  });
  return {
    plan: ({ years = 0, signal, ...options } = {}) =>
      cancellable(signal, async (effective) => {
        const { planRetentionAt } = await import('./apply-retention.js');
        const report = await planRetentionAt(services, applied(options), effective);
        return years > 0 ? withSimulations(report, services.instance.id, jobs.list(), years) : report;
      }),
    run: ({ signal, ...options } = {}) =>
      cancellable(signal, async (effective) => {
        const { applyRetention } = await import('./apply-retention.js');
        return applyRetention(services, applied(options), effective);
      }),
    log: ({ limit } = {}) => services.retentionLog.list(limit),
  };
}

async function withSimulations(report: RetentionReport, instance: string, jobs: readonly Job[], years: number): Promise<RetentionReport> {
  const { simulateRetention } = await import('./simulate-retention.js');
  const now = new Date(report.at);
  const simulated = (location: LocationRetention): LocationRetention => {
    const simulations = location.jobs.flatMap(({ id, rules }) => {
      const schedule = jobs.find((job) => job.id === id)?.schedule;
      if (schedule === undefined) return [];
      const existing = location.copies
        .filter(({ job, keptBy, state }) => job === id && state === 'kept' && keptBy.every(({ rule }) => !outside.has(rule)))
        .map(({ id: backup, date, keptBy }) => {
          const pinned = keptBy.some(({ rule }) => rule === 'pinned');
          return { id: backup, date: new Date(date), automatic: true, pinned, good: true, verified: true };
        });
      return { job: id, ...simulateRetention({ schedule, seed: `${instance} ${id}`, rules, existing }, now, years) };
    });
    return { ...location, simulations };
  };
  return { ...report, locations: report.locations.map(simulated) };
}

/** Reasons of copies that the rules have no say about. */
const outside: ReadonlySet<string> = new Set(['other-instance', 'changed', 'unproven', 'foreign', 'by-hand']);
