import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { NewJob } from './backups/jobs/job-store.js';
import type { HostOptions } from './host/host-options.js';
import { type HostPlace, makeHostPlace } from './host-place.fixture.js';

/** Two sources and three locations. */
export async function makeJobsPlace(
  options?: Partial<HostOptions>,
): Promise<HostPlace & { readonly web: string; add(job?: Partial<NewJob>): Promise<string> }> {
  const place = await makeHostPlace(options);
  onTestFinished(() => place[Symbol.asyncDispose]());
  for (const name of ['A', 'B', 'C']) await place.addLocation(name);
  const web = join(place.folder, 'web');
  mkdirSync(web);
  writeFileSync(join(web, 'index.html'), 'hello');
  const sources = [
    { name: 'docs', path: place.source },
    { name: 'web', path: web },
  ];
  return Object.assign(place, {
    web,
    add: async (job: Partial<NewJob> = {}) => (await place.host.jobs.add({ sources, retention: {}, ...job })).id,
  });
}

/** A command of a job that runs some JavaScript. */
export const script = (code: string): [string, ...string[]] => [process.execPath, '-e', code];
