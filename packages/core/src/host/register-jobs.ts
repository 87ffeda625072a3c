import { createJobs } from '../backups/jobs/create-jobs.js';
import type { Composition } from './composition.js';
import type { HostOptions } from './host-options.js';
import { ownTokens } from './own-tokens.js';

/** What runs by itself. */
export function registerJobs({ register, get }: Composition, { jobHooks }: Pick<HostOptions, 'jobHooks'>): void {
  register(ownTokens.jobs, () =>
    createJobs(get(ownTokens.configFile), {
      services: get(ownTokens.backupServices),
      runs: get(ownTokens.runLog),
      hooks: jobHooks === undefined ? [] : [jobHooks],
      create: (options) => get(ownTokens.backups).create(options),
      sendCopy: ({ backup, to, onProgress }, signal) =>
        get(ownTokens.backups).send({ backup, to, signal, ...(onProgress && { onProgress }) }),
      async retain({ id }, locations, signal) {
        await get(ownTokens.retention).run({ job: id, locations, signal });
      },
      onRun: (type, run) => get(ownTokens.events).emit('run', { type, run }),
    }),
  );
}
