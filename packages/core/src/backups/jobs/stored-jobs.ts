import type { ConfigFile } from '../../config/config-file.js';
import { configError } from '../../config/errors.js';
import type { JsonObject } from '../../providers/schema-problem.js';
import { jobError } from './errors.js';
import type { Job } from './job.js';
import { parseJob } from './parse-job.js';

/** The jobs in `config.json`. @throws `config-damaged` with the place of a fault */
export function storedJobs(configFile: ConfigFile): readonly Job[] {
  return parseJobs(configFile.section('jobs'), configFile.path);
}

/** Changes the jobs that are in the file now. */
export async function changeStoredJobs(configFile: ConfigFile, change: (jobs: readonly Job[]) => readonly Job[]): Promise<void> {
  await configFile.updateSection('jobs', (entries) => change(parseJobs(entries, configFile.path)).map((job): JsonObject => ({ ...job })));
}

/** The job of that id, else of that title in any case. @throws `unknown-job` */
export function findJob(idOrTitle: string, jobs: readonly Job[]): Job {
  const found = jobs.find(({ id }) => id === idOrTitle) ?? jobs.find(({ title }) => isSameTitle(title, idOrTitle));
  if (found !== undefined) return found;
  const known = jobs.map(({ id, title }) => `"${title}" (${id})`).join(', ');
  throw jobError('unknown-job', { name: idOrTitle, known: known || 'none yet' });
}

export function isSameTitle(a: string, b: string): boolean {
  return a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
}

function parseJobs(entries: readonly JsonObject[], file: string): readonly Job[] {
  try {
    const jobs = entries.map((entry, index) => parseJob(entry, `jobs[${index}]`));
    const repeated = jobs.find(({ id }, index) => jobs.findIndex((other) => other.id === id) !== index);
    if (repeated !== undefined) throw new Error(`jobs: two have the id "${repeated.id}"`);
    return jobs;
  } catch (error) {
    throw configError('config-damaged', { file, reason: error instanceof Error ? error.message : String(error) });
  }
}
