import type { HostStatusOptions, StatusHost } from './host-status.js';
import type { Service, ServiceOptions } from './service.js';
import type { ServiceReport } from './service-alive.js';
import type { HostStatus } from './status.js';

// Loaded when they are needed: most who use the core need none of them.

/**
 * Takes a data directory for its service, which runs jobs when they are due. There is one at a time; others can work beside it.
 *
 * @throws `service-running`, `data-dir-not-writable`, and as `createHost`
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  const { openService } = await import('./service.js');
  return openService(options);
}

/** Whether all is well with a host's backups, and if not, why. Works with and without a service, also on a host that is `shared`. */
export async function hostStatus(host: StatusHost, options?: HostStatusOptions): Promise<HostStatus> {
  const { findStatus } = await import('./host-status.js');
  return findStatus(host, options);
}

/** Whether a service looks after a data directory, and what it says. Needs no host, and waits for nobody. */
export async function readServiceReport(dataDir: string, now: Date = new Date()): Promise<ServiceReport> {
  const { findService } = await import('./service-alive.js');
  return findService(dataDir, now);
}
