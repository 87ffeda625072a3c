import { describeFailure } from '../failure.js';
import { jobError } from './errors.js';
import type { JobRun } from './job-run.js';
import type { RunLog } from './run-log.js';

const lookBack = 20;

/** What earlier runs of the job still owe to locations that have a newer backup by now is owed no more. */
export async function supersede(runs: RunLog, { id, job, locations }: JobRun): Promise<void> {
  const stored = locations.filter(({ state }) => state === 'stored').map((location) => location.id);
  for (const run of await runs.runs({ job, limit: lookBack })) {
    if (run.id === id || !run.locations.some((location) => location.state === 'pending' && stored.includes(location.id))) continue;
    const settled = run.locations.map((location) => {
      if (location.state !== 'pending' || !stored.includes(location.id)) return location;
      const { nextAttempt: _, ...rest } = location;
      return { ...rest, state: 'failed' as const, error: describeFailure(jobError('run-superseded')) };
    });
    await runs.update({ ...run, locations: settled });
  }
}
