import type { DiagnosticsBundle } from '../diagnostics.js';
import { readHostVersion } from '../providers/engine.js';
import type { Host } from './host.js';
import { ownTokens } from './own-tokens.js';
import { type GetService, serviceTokens } from './service-tokens.js';

/** Gathers a host's parts for the bundle of a bug report. */
export async function diagnose(
  get: GetService,
  host: Omit<Host, 'diagnostics' | typeof Symbol.asyncDispose>,
  signal: AbortSignal,
): Promise<DiagnosticsBundle> {
  const { collectDiagnostics } = await import('../diagnostics.js');
  const { ownerOfNotification } = await import('./notifications/stored-notifications.js');
  const flows = await host.flows.list();
  const notifications = get(ownTokens.configFile).section('notifications');
  return collectDiagnostics({
    version: readHostVersion(),
    dataDir: host.dataDir,
    instanceName: host.instance.name,
    clock: get(serviceTokens.clock),
    settings: host.settings.get(),
    locations: get(ownTokens.configFile).locations(),
    types: host.providers.types(),
    installed: host.packages.list(),
    secrets: get(ownTokens.secrets).store,
    knownSecrets: [...get(ownTokens.knownSecrets).values(), ...host.keys.all().map(({ key }) => key)],
    otherOwners: [...flows.map(({ token }) => `flow:${token}`), ...notifications.map(({ id }) => ownerOfNotification(String(id)))],
    doctor: host.doctor,
    running: host.running,
    providerLog: host.providerLog,
    signal,
  });
}
