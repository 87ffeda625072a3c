import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileIfThere, writeFileAtomically } from '../../base/atomic-file.js';
import type { Clock } from '../../base/clock.js';
import { namesIn } from '../../base/names-in.js';
import { describeFailure } from '../failure.js';
import { jobError } from './errors.js';
import type { JobRun } from './job-run.js';
import { nextWholeAttempt } from './back-off.js';
import { parseRun } from './parse-run.js';
import { knowingRun } from './run-turn.js';

/** How jobs ran, in `runs/` of the data directory, a file for each of the newest 400. One whose process died is told as failed. */
export interface RunLog {
  /** Writes down, durably, that a run begins, or that there was none. For who has the turn to run. */
  begin(run: JobRun): Promise<void>;
  update(run: JobRun): Promise<void>;
  /** Newest first. */
  runs(options?: { readonly job?: string | undefined; readonly limit?: number | undefined }): Promise<readonly JobRun[]>;
  /** The newest of a job, of those that `which` wants. */
  last(job: string, which?: (run: JobRun) => boolean): Promise<JobRun | undefined>;
  /** `undefined` if it is not known. */
  get(id: string): Promise<JobRun | undefined>;
}

const kept = 400;

/** A new run's id: it sorts by time, behind all that are taken of that moment, and is a file's name. */
export function newRunId(startedAt: Date, taken: readonly string[]): string {
  for (let time = startedAt.getTime(); ; time += 1) {
    const moment = new Date(time).toISOString().replace(/[-:.]/g, '');
    // Random too: another may begin in the same moment that is not known yet.
    if (!taken.some((id) => id.startsWith(moment))) return `${moment}-${randomBytes(3).toString('hex')}`;
  }
}

export function openRunLog(dataDir: string, clock: Clock): RunLog {
  const folder = join(dataDir, 'runs');
  const fileOf = (id: string) => join(folder, `${id}.json`);
  const write = async (run: JobRun) => writeFileAtomically(fileOf(run.id), `${JSON.stringify(run, undefined, 2)}\n`, 0o600);
  const ids = async () =>
    (await namesIn(folder))
      .filter((name) => /^\d{8}T\d{9}Z-[0-9a-f]{6}\.json$/.test(name))
      .map((name) => name.slice(0, -'.json'.length))
      .toSorted()
      .toReversed();

  async function read(id: string): Promise<JobRun | undefined> {
    const run = await readAsIs(id);
    if (run?.state !== 'running') return run;
    return knowingRun(dataDir, async (mayRun) => {
      // It may have ended since, and its process with it.
      const latest = await readAsIs(id);
      if (latest?.state !== 'running' || mayRun(id)) return latest;
      const endedAt = clock.now();
      const ended: JobRun = {
        ...latest,
        state: 'failed',
        endedAt: endedAt.toISOString(),
        error: describeFailure(jobError('run-interrupted')),
      };
      const interrupted = { ...ended, ...nextWholeAttempt(ended, endedAt) };
      await write(interrupted);
      return interrupted;
    });
  }

  async function readAsIs(id: string): Promise<JobRun | undefined> {
    const text = await readFileIfThere(fileOf(id));
    return text === undefined ? undefined : parseRun(text);
  }

  async function find(wanted: (run: JobRun) => boolean, limit: number): Promise<JobRun[]> {
    const found: JobRun[] = [];
    for (const id of await ids()) {
      if (found.length >= limit) break;
      const run = await read(id);
      if (run !== undefined && wanted(run)) found.push(run);
    }
    return found;
  }

  return {
    async begin(run) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await write(run);
      for (const id of (await ids()).slice(kept)) await rm(fileOf(id), { force: true });
    },
    update: write,
    runs: ({ job, limit = kept } = {}) => find((run) => job === undefined || run.job === job, limit),
    last: async (job, which = () => true) => (await find((run) => run.job === job && which(run), 1))[0],
    get: async (id) => ((await ids()).includes(id) ? read(id) : undefined),
  };
}
