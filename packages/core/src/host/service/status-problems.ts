import type { Issue } from '../../backups/issues/issue.js';
import type { HostStatus, JobStatus, StatusProblem } from './status.js';

type Examined = Pick<HostStatus, 'service' | 'issues' | 'jobs' | 'locations' | 'kit'> & { readonly now: Date };

const hour = 3_600_000;

/** What speaks against all being fine, the worst first. What an issue says already is not said twice. */
export function findProblems(status: Examined): readonly StatusProblem[] {
  const { issues, jobs } = status;
  const problems = [
    ...issues.map(
      ({ severity, message }): StatusProblem => ({
        severity: severity === 'error' ? 'trouble' : 'warning',
        code: 'issue',
        message,
      }),
    ),
    ...serviceProblems(status),
    ...jobs.flatMap((job) => jobProblems(job, issues, status.now)),
    ...locationProblems(status),
    ...(status.kit.state === 'not-saved' && !hasCode(issues, 'kit-')
      ? [{ severity: 'warning', code: 'kit', message: 'No emergency kit of the current key was saved.' } as const]
      : []),
  ];
  return problems.sort((a, b) => Number(b.severity === 'trouble') - Number(a.severity === 'trouble'));
}

function serviceProblems({ service, jobs, now }: Examined): StatusProblem[] {
  if (service.state === 'unresponsive')
    return [{ severity: 'trouble', code: 'service-unresponsive', message: 'The service has said nothing for minutes.' }];
  if (service.state === 'running' || !jobs.some(({ enabled, automatic }) => enabled && automatic)) return [];
  // Who starts it by cron has none that stays.
  const isByCron = service.said?.mode === 'once' && now.getTime() - Date.parse(service.said.heartbeat) < 25 * hour;
  if (isByCron) return [];
  return [{ severity: 'warning', code: 'service-not-running', message: 'No service is running: nothing is backed up by itself.' }];
}

function jobProblems({ title, due, enabled, last }: JobStatus, issues: readonly Issue[], now: Date): StatusProblem[] {
  if (!enabled) return [];
  const isOverdue = due !== undefined && now.getTime() - Date.parse(due) > hour && !hasCode(issues, 'backup-overdue');
  const overdue: StatusProblem[] = isOverdue
    ? [{ severity: 'trouble', code: 'overdue', message: `${title} should have run at ${due}.` }]
    : [];
  if (last?.state === 'failed' && !hasCode(issues, 'backup-failed'))
    return [
      ...overdue,
      { severity: 'trouble', code: 'run-failed', message: `${title} failed: ${last.error?.message ?? 'nothing was stored.'}` },
    ];
  if ((last?.state === 'partial' || last?.state === 'cancelled') && !hasCode(issues, 'backup-partial'))
    return [...overdue, { severity: 'warning', code: 'run-partial', message: `The last run of ${title} ended as ${last.state}.` }];
  return overdue;
}

function locationProblems({ locations, issues }: Examined): StatusProblem[] {
  return locations.flatMap(({ id, title, state, error, alarms }): StatusProblem[] => {
    if (alarms > 0) return [{ severity: 'trouble', code: 'location', message: `${title}: ${alarms} backups are not what was left there.` }];
    const isKnown = issues.some(({ location, code }) => location?.id === id && /unreachable|lost|gone|expired/.test(code));
    if (state !== 'unreachable' || isKnown) return [];
    return [{ severity: 'warning', code: 'location', message: `${title} does not answer: ${error?.message ?? 'no reason was given.'}` }];
  });
}

function hasCode(issues: readonly Issue[], start: string): boolean {
  return issues.some(({ code }) => code.startsWith(start));
}
