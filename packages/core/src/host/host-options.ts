import type { JobHooks } from '../backups/jobs/job-hooks.js';
import type { LockHolder } from '../base/process-lock.js';
import type { AskPassphrase } from '../config/secrets/open-secret-store.js';
import type { ProviderLogger } from '../provider-api/index.js';
import type { InlineProvider } from '../providers/inline-provider.js';
import type { ServiceOverride } from './service-tokens.js';

export interface HostOptions {
  /** The folder with the host's configuration, keys and state. */
  readonly dataDir: string;
  /** Where providers come from, beside those that are installed in the data directory. */
  readonly providers?: {
    /** Where provider packages are: each folder is one, or holds some (also in `@scope` folders). */
    readonly folders?: readonly string[];
    /** The same for packages that the app ships and answers for: unless `isolation` says `process`, their code runs in the app's process, where it starts in a tenth of the time. */
    readonly shipped?: readonly string[];
    /** Providers that the app brings along in its own code. They run in the app's process. */
    readonly inline?: readonly InlineProvider[];
  };
  /** Where the code of provider packages runs: each in a `process` of its own, or `inline`, in this one. Default: as set, see `settings`; else in a process, but for those that are `shipped`. */
  readonly isolation?: 'process' | 'inline';
  /** BCP 47, the language of providers' texts. Default `en`. */
  readonly locale?: string;
  /**
   * Asks for the passphrase, where secrets are kept in an encrypted file and HOLDFAST_SECRETS_PASSPHRASE_FILE doesn't name one that has it.
   * Default: nobody is asked, and what needs a secret fails with `secrets-passphrase-missing`.
   */
  readonly passphrase?: AskPassphrase;
  /** Services in place of the host's own: `[provide(serviceTokens.clock, myClock)]`. */
  readonly services?: readonly ServiceOverride[];
  /** The same as `provide(serviceTokens.log, ...)`. Default: nothing is logged. */
  readonly log?: ProviderLogger;
  /** `exclusive` (default): no other such host works with the data directory meanwhile. `shared`: for who only reads, or leads flows. */
  readonly access?: 'exclusive' | 'shared';
  /** What the app does before and after each run of a job. */
  readonly jobHooks?: JobHooks;
  /** What the data directory is opened for, as another host is told that finds it in use. */
  readonly purpose?: string;
  /** How long to wait for another host, milliseconds. Default 0. */
  readonly waitForLock?: number;
  /** Called once if there is somebody to wait for. */
  readonly onWaiting?: (holder: LockHolder) => void;
  /** Ends the waiting, with `cancelled`. */
  readonly signal?: AbortSignal;
}
