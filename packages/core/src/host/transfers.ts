import type { Host } from './host.js';
import { ownTokens } from './own-tokens.js';
import { type GetService, serviceTokens } from './service-tokens.js';

/** Locations on their way between machines. Loaded when one goes. */
export function transfersOf(get: GetService): Pick<Host, 'exportLocations' | 'importLocations'> {
  return {
    async exportLocations(options) {
      const { exportLocations } = await import('../config/transfer/export-locations.js');
      return exportLocations(get(ownTokens.locationsOptions), get(serviceTokens.clock), options);
    },
    async importLocations(exported, options) {
      const { importLocations } = await import('../config/transfer/import-locations.js');
      const outcomes = await importLocations(get(ownTokens.locationsOptions), exported, options);
      for (const outcome of outcomes) {
        if (outcome.outcome === 'imported') get(ownTokens.events).emit('location', { type: 'added', location: outcome.location });
      }
      return outcomes;
    },
  };
}
