import { realpath } from 'node:fs/promises';
import { ensurePrivateFolder } from '../../base/atomic-file.js';
import type { ProviderContext, ProviderLogger } from '../../provider-api/index.js';
import { cancelled } from '../guard-call.js';
import { subjectOf } from '../provider-module.js';
import type { ProviderPackage } from '../provider-package.js';
import type { ProviderRuntime } from '../provider-runtime.js';
import { childEntry } from './child-entry.js';
import { providerEnvironment } from './environment.js';
import { providerProcessError } from './errors.js';
import { pathsIn } from './grants.js';
import { createLastingLocation, type Lease } from './lasting-location.js';
import { createLogTargets } from './log-targets.js';
import type { ProviderConnection } from './provider-connection.js';
import { createProviderLog } from './provider-log.js';
import { type ProviderRun, startRun } from './provider-run.js';
import { openRotatingFile } from './rotating-file.js';
import { defaultRuntimeLimits, type RuntimeLimits } from './runtime-limits.js';
import { startArguments } from './start-arguments.js';
import { openStatusFile } from './status-file.js';
import { StatusKeeper } from './status-keeper.js';
import { createSupervisor, type LaunchOptions, type RuntimeEvent } from './supervisor.js';
import type { Turnstile } from './turnstile.js';

export type { RuntimeEvent } from './supervisor.js';

export interface IsolatedRuntimeOptions {
  /** An installed package: it has a folder. */
  readonly found: ProviderPackage;
  /** The package's own folder for what it keeps. Made if it is not there. */
  readonly stateFolder: string;
  /** Absolute paths that locations' settings name. Only a package that asks for them gets them. */
  readonly grants: () => readonly string[];
  readonly log: ProviderLogger;
  /** Gets what the provider logs and prints, rotated. */
  readonly logFile?: string;
  /** Values that must not show in its log. */
  readonly secrets?: () => readonly string[];
  /** Keeps the status for other commands and later hosts, with the crashes so far. */
  readonly statusFile?: string;
  /** Shared by all runtimes of a host: one process is started at a time. */
  readonly starts: Turnstile;
  readonly onEvent?: (event: RuntimeEvent) => void;
  readonly limits?: Partial<RuntimeLimits>;
  /** The module that runs in the process. Default: the one of this package. */
  readonly entry?: string;
}

/** Runs a provider package in a process of its own, which is started with the first call and stopped when nobody needs it. */
export function createIsolatedRuntime(options: IsolatedRuntimeOptions): ProviderRuntime {
  const { found, log: hostLog } = options;
  const limits: RuntimeLimits = { ...defaultRuntimeLimits, ...options.limits };
  const subject = subjectOf(found);
  const now = Date.now;
  const targets = createLogTargets(hostLog);
  const unwritten = (file: string) => (error: unknown) => hostLog.warn(`The ${file} of ${subject} can not be written: ${String(error)}`);
  const statusFile = options.statusFile === undefined ? undefined : openStatusFile(options.statusFile, unwritten('status'));
  const logFile =
    options.logFile === undefined
      ? undefined
      : openRotatingFile({ path: options.logFile, size: limits.logFile, files: limits.logFiles, onError: unwritten('log') });
  const log = createProviderLog({ subject, file: logFile, secrets: options.secrets ?? (() => []), limits, now });
  const restart = { crashes: limits.crashes, window: limits.crashWindow, delays: limits.restartDelays };
  const keeper = new StatusKeeper({ found, limits: restart, file: statusFile, now });
  /** What each open location uses: the next process has to be allowed it too. */
  const inUse = new Set<readonly string[]>();
  const mayUsePaths = found.permissions.filesystem === 'config';

  async function launch({ grants, ...events }: LaunchOptions): Promise<ProviderRun> {
    await ensurePrivateFolder(options.stateFolder);
    const folder = await realpath(options.stateFolder);
    const environment = providerEnvironment({
      from: process.env,
      platform: process.platform,
      stateFolder: folder,
      network: found.permissions.network.length > 0,
    });
    const entry = options.entry ?? childEntry();
    const given = startArguments({ found, folder: folderOf(found), entry, stateFolder: options.stateFolder, grants, heap: limits.heap });
    try {
      return startRun({ found, process: { arguments: given, environment, folder }, grants, limits, log, targetOf: targets.of, ...events });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw providerProcessError('provider-not-started', { subject, package: found.name, reason }, error);
    }
  }

  const supervisor = createSupervisor({
    found,
    limits,
    keeper,
    starts: options.starts,
    grants: () => (mayUsePaths ? [...options.grants(), ...[...inUse].flat()] : []),
    launch,
    lastLog: log.last,
    onEvent(event) {
      log.note(
        `${event.type}${event.status.pid === undefined ? '' : `, process ${event.status.pid}`}${event.issue ? `: ${event.issue.message}` : ''}`,
      );
      options.onEvent?.(event);
    },
    now,
  });

  async function acquire(operation: string, paths: readonly string[], signal: AbortSignal): Promise<Lease> {
    try {
      return await supervisor.acquire(operation, paths, signal);
    } catch (error) {
      throw signal.aborted ? cancelled(signal) : error;
    }
  }

  function pathsOf(typeId: string, config: unknown): string[] {
    const type = found.types.find(({ id }) => id === typeId);
    return mayUsePaths && type !== undefined ? pathsIn(type, config) : [];
  }

  /** Makes one call for a location that is not open. */
  async function call<T>(
    operation: string,
    paths: readonly string[],
    context: ProviderContext,
    task: (connection: ProviderConnection) => Promise<T>,
  ): Promise<T> {
    using _target = targets.add(context.locationId, context.log);
    using lease = await acquire(operation, paths, context.signal);
    return await task(lease.run.connection);
  }

  return {
    async activate(signal = new AbortController().signal) {
      using _lease = await acquire('activate', [], signal);
    },

    validate: (typeId, config, context) =>
      call('validate', pathsOf(typeId, config), context, (connection) => connection.validate(typeId, config, context)),

    migrate: (typeId, version, config, context) =>
      call('migrateConfig', pathsOf(typeId, config), context, (connection) => connection.migrate(typeId, version, config, context)),

    place: (typeId, config, context) =>
      call('place', pathsOf(typeId, config), context, (connection) => connection.place(typeId, config, context)),

    nextStep: (typeId, input, context) =>
      call('configFlow.next', [...pathsOf(typeId, input.current), ...pathsOf(typeId, input.answer)], context, (connection) =>
        connection.nextStep(typeId, input, context),
      ),

    async open(typeId, config, context) {
      const paths = pathsOf(typeId, config);
      using lease = await acquire('open', paths, context.signal);
      const target = targets.add(context.locationId, context.log);
      const onDispose = () => {
        target[Symbol.dispose]();
        inUse.delete(paths);
      };
      inUse.add(paths);
      try {
        return createLastingLocation({
          acquire: (operation, signal) => acquire(operation, paths, signal),
          reopen: (run) => run.connection.open(typeId, config, { ...context, firstUse: false }),
          location: await lease.run.connection.open(typeId, config, context),
          run: lease.run,
          onDispose,
        });
      } catch (error) {
        onDispose();
        throw error;
      }
    },

    status: () => keeper.status(),

    async [Symbol.asyncDispose]() {
      await supervisor[Symbol.asyncDispose]();
      await log[Symbol.asyncDispose]();
      await statusFile?.[Symbol.asyncDispose]();
    },
  };
}

function folderOf({ name, folder }: ProviderPackage): string {
  if (folder === undefined) throw new TypeError(`${name} has no folder, so there is nothing to run in a process of its own.`);
  return folder;
}
