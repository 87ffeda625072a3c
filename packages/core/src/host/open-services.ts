import { cancellable } from '../backups/cancellation.js';
import { describeFailure } from '../backups/failure.js';
import { createFolderRestores } from '../backups/restore/replace/late-restores.js';
import { systemClock } from '../base/clock.js';
import { createEmitter } from '../base/events.js';
import { openConfigFile } from '../config/config-file.js';
import type { ProviderLogger } from '../provider-api/index.js';
import { openProviderRegistry } from '../providers/registry.js';
import { createComposition } from './composition.js';
import { type DataDirPaths, dataDirPaths } from './data-dir-paths.js';
import { diagnose } from './diagnose.js';
import { enableProvider } from './enable-provider.js';
import type { HostEventMap } from './events.js';
import type { Host } from './host.js';
import type { HostOptions } from './host-options.js';
import { raiseIssues } from './raising-issues.js';
import { ownTokens } from './own-tokens.js';
import { lastLogLines } from './provider-log.js';
import type { ProviderRuntimesOptions } from './provider-runtimes.js';
import { registerJobs } from './register-jobs.js';
import { registerOperations } from './register-operations.js';
import { registerProviders } from './register-providers.js';
import { registerStores } from './register-stores.js';
import { describeSecrets, moveSecrets } from './secret-moves.js';
import { type GetService, provide, serviceTokens } from './service-tokens.js';
import { transfersOf } from './transfers.js';

/** What only tests change. */
export type HostInternals = Pick<ProviderRuntimesOptions, 'process'>;

export interface OpenedServices {
  readonly host: Omit<Host, typeof Symbol.asyncDispose>;
  close(): Promise<void>;
}

const silent: ProviderLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** The composition root: says how each service of a host is made, and makes those that read files once. */
export async function openServices(dataDir: string, options: HostOptions, internals: HostInternals): Promise<OpenedServices> {
  const paths = dataDirPaths(dataDir);
  const own = options.log === undefined ? [] : [provide(serviceTokens.log, options.log)];
  const composition = createComposition([...own, ...(options.services ?? [])]);
  const { get, register } = composition;
  const configFile = await openConfigFile(dataDir);
  register(serviceTokens.log, () => silent);
  register(serviceTokens.clock, () => systemClock);
  register(ownTokens.configFile, () => configFile);
  register(ownTokens.events, () => createEmitter<HostEventMap>((name, error) => get(serviceTokens.log).error(listenerFailed(name, error))));
  await registerStores(composition, paths, options);
  const isolation = options.isolation ?? configFile.settings().isolation;
  registerProviders(composition, paths, { isolation: isolation ?? 'process', ...internals });
  registerOperations(composition, paths);
  registerJobs(composition, options);
  for (const warning of get(serviceTokens.keys).warnings) get(serviceTokens.log).warn(warning);

  const providers = await openProviderRegistry({
    ...placesOf(options.providers, isolation),
    installed: dataDir,
    locale: options.locale ?? 'en',
    log: get(serviceTokens.log),
    createRuntime: (found, load) => get(ownTokens.runtimes).create(found, load),
    onFellBack: ({ name, failed, version, error }) =>
      get(ownTokens.events).emit('provider', { type: 'fell-back', name, version: failed, to: version, error: describeFailure(error) }),
  });
  register(ownTokens.providers, () => providers);
  const raising = raiseIssues({
    events: get(ownTokens.events),
    issues: get(ownTokens.issues),
    log: get(serviceTokens.log),
    watched: async () => (await import('./check-up-state.js')).watchedParts(get),
  });
  register(ownTokens.issueRaiser, () => raising);
  const notifications = get(ownTokens.notifications);
  return {
    host: hostOf(get, paths),
    async close() {
      await get(ownTokens.flows)[Symbol.asyncDispose]();
      await get(ownTokens.locations)[Symbol.asyncDispose]();
      await providers[Symbol.asyncDispose]();
      await raising[Symbol.asyncDispose]();
      // Behind it, as it is told of the issues.
      await notifications[Symbol.asyncDispose]();
    },
  };
}

/** Where a process is asked for by name, what the app ships has one as well. */
function placesOf(providers: HostOptions['providers'] = {}, isolation: HostOptions['isolation']) {
  const { shipped = [], folders = [] } = providers;
  return isolation === 'process' ? { ...providers, shipped: [], folders: [...shipped, ...folders] } : providers;
}

function hostOf(get: GetService, paths: DataDirPaths): OpenedServices['host'] {
  const events = get(ownTokens.events);
  const packages = get(ownTokens.packages);
  const flows = get(ownTokens.flows);
  const running = async () => {
    const { runningProviders } = await import('./running-providers.js');
    return runningProviders(get(ownTokens.runtimes).statuses(), paths.stateFolders);
  };
  const host: Omit<OpenedServices['host'], 'diagnostics'> = {
    dataDir: paths.dataDir,
    instance: get(ownTokens.configFile).instance,
    // Without the side that tells.
    events: { on: events.on },
    providers: get(ownTokens.providers),
    packages,
    locations: get(ownTokens.locations),
    flows,
    ...transfersOf(get),
    keys: get(ownTokens.hostKeys),
    kit: get(ownTokens.kits),
    settings: get(ownTokens.settings),
    backups: get(ownTokens.backups),
    retention: get(ownTokens.retention),
    verification: get(ownTokens.verification),
    restores: createFolderRestores({ dataDir: paths.dataDir, now: () => get(serviceTokens.clock).now() }),
    jobs: get(ownTokens.jobs),
    describeSecrets: () => describeSecrets(get(ownTokens.secrets).store),
    moveSecrets: (to) => moveSecrets(get(ownTokens.secrets).store, to),
    issues: { list: () => get(ownTokens.issues).list() },
    checkUp: async (options) => (await import('./check-up-run.js')).checkUp(get, paths.dataDir, options),
    notifications: get(ownTokens.notifications),
    enableProvider: (name) => enableProvider(get, paths, name),
    doctor: ({ signal } = {}) =>
      cancellable(signal, async (effective) => {
        const { examine } = await import('../backups/doctor.js');
        const { examineHost } = await import('./examine-host.js');
        const findings = await examine(get(ownTokens.backupServices), get(serviceTokens.kitRecord), effective);
        const now = get(serviceTokens.clock).now();
        return [...findings, ...(await examineHost({ secrets: get(serviceTokens.secrets), packages, running, flows, now }, effective))];
      }),
    running,
    providerLog: (name, { lines } = {}) => lastLogLines(paths.logFile(name), lines),
  };
  const diagnostics: Host['diagnostics'] = ({ signal } = {}) => cancellable(signal, (effective) => diagnose(get, host, effective));
  return { ...host, diagnostics };
}

function listenerFailed(name: string, error: unknown): string {
  return `What listens to "${name}" failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
