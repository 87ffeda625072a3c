import { type Backups, createBackups } from '../backups/backups.js';
import { findJob, storedJobs } from '../backups/jobs/stored-jobs.js';
import { createKits } from '../backups/kits.js';
import { createRetention } from '../backups/retention/create-retention.js';
import { createVerifications } from '../backups/verification/create-verifications.js';
import { createLocations } from '../config/locations.js';
import type { Composition } from './composition.js';
import type { DataDirPaths } from './data-dir-paths.js';
import { ownTokens } from './own-tokens.js';
import { serviceTokens } from './service-tokens.js';
import { tellingBackups } from './telling-backups.js';
import { tellingFlows } from './telling-flows.js';
import { tellingKeys, tellingKits } from './telling-keys.js';
import { tellingLocations } from './telling-locations.js';

/** What can be done with locations and backups. */
export function registerOperations({ register, get }: Composition, { dataDir, stateFolder }: DataDirPaths): void {
  register(ownTokens.locationsOptions, () => ({
    configFile: get(ownTokens.configFile),
    secrets: get(ownTokens.secrets).store,
    registry: get(ownTokens.providers),
    log: get(serviceTokens.log),
    stateFolder: (type) => stateFolder(type.package.name),
    grants: get(ownTokens.pathGrants),
  }));
  register(ownTokens.locations, () => tellingLocations(createLocations(get(ownTokens.locationsOptions)), get(ownTokens.events)));
  register(ownTokens.flows, () =>
    tellingFlows(async () => {
      const { createConfigFlows } = await import('../config/flows/config-flows.js');
      const locations = get(ownTokens.locations);
      return createConfigFlows({ ...get(ownTokens.locationsOptions), dataDir, locations, clock: get(serviceTokens.clock) });
    }, get(ownTokens.events)),
  );
  register(ownTokens.backupServices, () => ({
    dataDir,
    instance: get(ownTokens.configFile).instance,
    providers: get(ownTokens.providers),
    locations: get(ownTokens.locations),
    keys: get(serviceTokens.keys),
    journal: get(serviceTokens.journal),
    sealLog: get(serviceTokens.sealLog),
    issues: get(ownTokens.issues),
    pins: get(ownTokens.pins),
    verifiedLog: get(ownTokens.verifiedLog),
    retentionLog: get(ownTokens.retentionLog),
    clock: get(serviceTokens.clock),
    log: get(serviceTokens.log),
  }));
  register(ownTokens.backups, () => {
    const backups = createBackups(get(ownTokens.backupServices));
    const withSettings: Backups = {
      ...backups,
      create(options) {
        const { isolation: _, verification: __, spoolBytes, ...settings } = get(ownTokens.settings).get();
        const lag = { ...(spoolBytes === undefined ? {} : { spoolBytes }), ...options.lag };
        return backups.create({ ...settings, ...options, lag });
      },
    };
    return tellingBackups(withSettings, get(ownTokens.locations), get(ownTokens.events));
  });
  register(ownTokens.retention, () => {
    const jobs = () => storedJobs(get(ownTokens.configFile));
    return createRetention(get(ownTokens.backupServices), { list: jobs, get: (idOrTitle) => findJob(idOrTitle, jobs()) });
  });
  register(ownTokens.verification, () =>
    createVerifications(get(ownTokens.backupServices), () => get(ownTokens.settings).get().verification ?? {}),
  );
  register(ownTokens.kits, () => {
    const services = get(ownTokens.backupServices);
    return tellingKits(createKits(services, get(serviceTokens.kitRecord)), services, get(ownTokens.events));
  });
  register(ownTokens.hostKeys, () => tellingKeys(get(ownTokens.backupServices), get(ownTokens.events)));
}
