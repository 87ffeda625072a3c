import { type Backups, createBackups } from '../backups/backups.js';
import { createKits } from '../backups/kits.js';
import { createLocations } from '../config/locations.js';
import type { Composition } from './composition.js';
import type { DataDirPaths } from './data-dir-paths.js';
import { ownTokens } from './own-tokens.js';
import { serviceTokens } from './service-tokens.js';
import { tellingBackups } from './telling-backups.js';
import { tellingFlows } from './telling-flows.js';
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
    clock: get(serviceTokens.clock),
    log: get(serviceTokens.log),
  }));
  register(ownTokens.backups, () => {
    const backups = createBackups(get(ownTokens.backupServices));
    const withSettings: Backups = {
      ...backups,
      create(options) {
        const { isolation: _, ...settings } = get(ownTokens.settings).get();
        return backups.create({ ...settings, ...options });
      },
    };
    return tellingBackups(withSettings, get(ownTokens.locations), get(ownTokens.events));
  });
  register(ownTokens.kits, () => createKits(get(ownTokens.backupServices), get(serviceTokens.kitRecord)));
}
