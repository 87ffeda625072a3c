import { describeFailure } from '../../backups/failure.js';
import type { JobRun } from '../../backups/jobs/job-run.js';
import type { BackupSummary, Failure } from '../../backups/summary.js';
import type { LocationRecord } from '../../config/location-record.js';
import type { Host } from '../host.js';

type Places = Pick<Host, 'locations' | 'backups' | 'instance'>;

/** What lies at a location, and whether it answers. */
export interface LocationStatus {
  readonly id: string;
  readonly title: string;
  /** `unknown`: it was not asked. */
  readonly state: 'reachable' | 'unreachable' | 'unknown';
  readonly error?: Failure;
  /** The newest that a job of this instance made. `at` is ISO 8601. */
  readonly newest?: { readonly id: string; readonly at: string };
  /** Those that jobs of this instance made, and all others. `bytes` are of the backup files. Absent where the location was not listed. */
  readonly automatic?: { readonly count: number; readonly bytes: number };
  readonly others?: { readonly count: number; readonly bytes: number };
  /** Backups there that are no longer what was left there. */
  readonly alarms: number;
}

/** How long a location may take to list its backups. Milliseconds. */
const patience = 60_000;

/** Lists what each location holds, all at once: one that hangs keeps nobody waiting for longer than a minute. */
export async function lookAtLocations(host: Places, signal: AbortSignal): Promise<readonly LocationStatus[]> {
  return Promise.all(host.locations.list().map((location) => lookAt(host, location, signal)));
}

/** What the log of runs knows of them. */
export function locationsByLog({ locations }: Places, runs: readonly JobRun[]): readonly LocationStatus[] {
  return locations.list().map(({ id, title }) => {
    const stored = runs.flatMap((run) => {
      const there = run.locations.find((location) => location.id === id && location.state === 'stored');
      return there?.backup === undefined ? [] : [{ id: there.backup, at: run.startedAt }];
    });
    return { id, title, state: 'unknown', alarms: 0, ...(stored[0] !== undefined && { newest: stored[0] }) };
  });
}

async function lookAt(host: Places, { id, title }: LocationRecord, signal: AbortSignal): Promise<LocationStatus> {
  const limit = AbortSignal.timeout(patience);
  try {
    const page = await host.backups.list({ locations: [id], signal: AbortSignal.any([signal, limit]) });
    const [unavailable] = page.unavailable;
    if (unavailable !== undefined) return { id, title, state: 'unreachable', error: unavailable.error, alarms: 0 };
    const isAutomatic = ({ instanceId, job }: BackupSummary) => instanceId === host.instance.id && job !== undefined;
    const automatic = page.backups.filter(isAutomatic);
    const [newest] = automatic;
    return {
      id,
      title,
      state: 'reachable',
      ...(newest !== undefined && { newest: { id: newest.id, at: newest.date } }),
      automatic: amount(automatic),
      others: amount(page.backups.filter((backup) => !isAutomatic(backup))),
      alarms: page.alarms.length,
    };
  } catch (error) {
    signal.throwIfAborted();
    const failure = limit.aborted
      ? { code: 'timeout', message: `It did not answer within ${patience / 1000} s.`, remedy: `holdfast location check ${id}` }
      : describeFailure(error);
    return { id, title, state: 'unreachable', error: failure, alarms: 0 };
  }
}

function amount(backups: readonly BackupSummary[]): { count: number; bytes: number } {
  return { count: backups.length, bytes: backups.reduce((sum, { size }) => sum + size, 0) };
}
