import type { JobRun, RunState } from '../../backups/jobs/job-run.js';
import type { RetentionReport } from '../../backups/retention/retention.js';
import type { VerificationReport } from '../../backups/verification/verification.js';
import type { LogLevel, ServiceEntry } from './service-log.js';
import type { ClockLeap } from './wake-watch.js';

const levels: Readonly<Record<RunState, LogLevel>> = {
  running: 'info',
  complete: 'info',
  partial: 'warn',
  failed: 'error',
  cancelled: 'warn',
  skipped: 'warn',
};

/** How a run ended, as a line of the log. */
export function describeRun(run: JobRun, title: string): ServiceEntry {
  const { id, job, state } = run;
  return { level: levels[state], event: 'run-ended', job, run: id, message: sentences(run, title).join(' ') };
}

function sentences({ state, backups, locations, sources, error, remarks = [], nextAttempt }: JobRun, title: string): string[] {
  const made = backups.length === 0 ? '' : `, backup ${backups.join(', ')}`;
  const stored = locations.filter((location) => location.state === 'stored').map((location) => location.title);
  return [
    `${title}: ${state}${made}${stored.length === 0 ? '' : `, at ${stored.join(', ')}`}.`,
    ...(error === undefined ? [] : [error.message]),
    ...locations.flatMap((location) => {
      if (location.state === 'stored') return [];
      const again = location.nextAttempt === undefined ? '' : ` Tried again at ${location.nextAttempt}.`;
      return [`Not at ${location.title}: ${location.error?.message ?? location.state}${again}`];
    }),
    ...sources.flatMap((source) =>
      source.state === 'complete' ? [] : [`Source ${source.name}: ${source.state}${source.problems > 0 ? ` (${source.problems})` : ''}.`],
    ),
    ...remarks.map(({ message }) => message),
    ...(nextAttempt === undefined ? [] : [`Run again at ${nextAttempt}.`]),
  ];
}

export function describeLeap({ direction, milliseconds }: ClockLeap): ServiceEntry {
  const minutes = Math.round(milliseconds / 60_000);
  const message =
    direction === 'ahead'
      ? `The clock went ahead by ${minutes} min: this machine was suspended, or its clock was set.`
      : `The clock was set back by ${minutes} min.`;
  return { level: 'info', event: 'clock', message };
}

export function describeRetention({ locations, unavailable }: RetentionReport): ServiceEntry {
  const copies = locations.flatMap((location) => location.copies);
  const deleted = copies.filter(({ state }) => state === 'deleted').length;
  const failed = copies.filter(({ state }) => state === 'failed').length;
  const parts = [
    `Retention: ${deleted === 0 ? 'nothing' : deleted} deleted.`,
    ...(failed === 0 ? [] : [`${failed} could not be deleted.`]),
    ...unavailable.map(({ location, error }) => `Left alone at ${location}: ${error.message}`),
  ];
  const level = failed > 0 || unavailable.length > 0 ? 'warn' : deleted > 0 ? 'info' : 'debug';
  return { level, event: 'retention-ended', message: parts.join(' ') };
}

export function describeVerification({ checked, unavailable }: VerificationReport): ServiceEntry {
  const failed = checked.filter(({ state }) => state === 'failed');
  const parts = [
    `Verification: ${checked.filter(({ state }) => state === 'ok').length} whole, ${failed.length} not.`,
    ...failed.map(({ id, location, error }) => `${id} at ${location.title}: ${error?.message ?? 'failed'}`),
    ...unavailable.map(({ location, error }) => `Not at ${location}: ${error.message}`),
  ];
  const level = failed.length > 0 ? 'error' : unavailable.length > 0 ? 'warn' : 'info';
  return { level, event: 'verification-ended', message: parts.join(' ') };
}
