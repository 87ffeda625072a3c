import { describeFailure } from '../backups/failure.js';
import { createInlineRuntime, type LoadProvider } from '../providers/inline-runtime.js';
import type { IsolatedRuntimeOptions, RuntimeEvent } from '../providers/process/isolated-runtime.js';
import type { Turnstile } from '../providers/process/turnstile.js';
import type { ProviderLogger } from '../provider-api/index.js';
import type { ProviderPackage } from '../providers/provider-package.js';
import type { ProviderRuntime } from '../providers/provider-runtime.js';
import type { RuntimeStatus } from '../providers/runtime-status.js';
import type { DataDirPaths } from './data-dir-paths.js';
import type { HostEmitter } from './events.js';
import type { KnownSecrets } from './known-secrets.js';
import { lateRuntime } from './late-runtime.js';

export interface ProviderRuntimesOptions {
  readonly paths: DataDirPaths;
  readonly isolation: 'process' | 'inline';
  readonly log: ProviderLogger;
  readonly events: HostEmitter;
  readonly secrets: KnownSecrets;
  /** The paths that locations' settings name. */
  readonly grants: (found: ProviderPackage) => readonly string[];
  /** For tests: the child's module, and shorter limits. */
  readonly process?: Pick<IsolatedRuntimeOptions, 'entry' | 'limits'>;
}

/** Decides in which way each provider package is run. */
export interface ProviderRuntimes {
  create(found: ProviderPackage, load?: LoadProvider): ProviderRuntime;
  /** Whether a package can be used: starts it on the side, and ends it again. What comes of it isn't counted as a crash of the package. */
  tryOut(found: ProviderPackage, signal?: AbortSignal): Promise<void>;
  /** What this host has made so far. */
  statuses(): readonly RuntimeStatus[];
}

export function createProviderRuntimes(options: ProviderRuntimesOptions): ProviderRuntimes {
  const { paths, log, events, secrets } = options;
  const made = new Map<string, ProviderRuntime>();
  // One for all: no more than one process is being started at a time.
  let starts: Turnstile | undefined;

  const tell =
    (name: string) =>
    ({ type, status, issue }: RuntimeEvent) =>
      events.emit('provider', { type, name, status, ...(issue && { error: describeFailure(issue) }) });

  function isolated(found: ProviderPackage, noted: Partial<Pick<IsolatedRuntimeOptions, 'statusFile' | 'onEvent'>>): ProviderRuntime {
    return lateRuntime(found, async () => {
      const { createIsolatedRuntime } = await import('../providers/process/isolated-runtime.js');
      const { createTurnstile } = await import('../providers/process/turnstile.js');
      starts ??= createTurnstile();
      return createIsolatedRuntime({
        found,
        stateFolder: paths.stateFolder(found.name),
        grants: () => options.grants(found),
        log,
        logFile: paths.logFile(found.name),
        secrets: secrets.values,
        starts,
        ...options.process,
        ...noted,
      });
    });
  }

  return {
    create(found, load) {
      // What the app answers for itself: its own code, or a package that it ships.
      const inline = load !== undefined || options.isolation === 'inline';
      const noted = { statusFile: paths.statusFile(found.name), onEvent: tell(found.name) };
      const runtime = secrets.notingCalls(found, inline ? createInlineRuntime(found, load) : isolated(found, noted));
      made.set(found.name, runtime);
      return runtime;
    },
    async tryOut(found, signal) {
      await using runtime = options.isolation === 'inline' ? createInlineRuntime(found) : isolated(found, {});
      await runtime.activate(signal);
    },
    statuses: () => [...made.values()].map((runtime) => runtime.status()),
  };
}
