import type { AskPassphrase, Host, HostOptions, LockHolder } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { safeText } from '../output/safe-text.js';
import type { Terminal } from '../output/terminal.js';
import { isolationOf } from '../settings/isolation.js';
import { localeOf } from '../settings/locale.js';
import { bundledProviders, providerFolders } from '../settings/provider-folders.js';

/** Milliseconds. Long enough for the commands of a script that start before the one ahead is quite gone; what takes hours is told at once. */
const waitForLock = 30_000;

export interface OpenHost {
  readonly dataDir: string;
  /** Those that were named by options. */
  readonly providerFolders: readonly string[];
  readonly access: 'exclusive' | 'shared';
  /** What others are told who wait for the data directory. */
  readonly purpose: string;
  /** Nobody sees it hang: all that may hang has a process of its own, also what comes along. */
  readonly unattended?: boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Default: the terminal. */
  readonly log?: NonNullable<HostOptions['log']>;
}

/** Opens the host of a data directory as the command line uses it. What it has to say goes to the terminal. */
export async function openHost(terminal: Terminal, { providerFolders: named, unattended = false, ...options }: OpenHost): Promise<Host> {
  const isolation = isolationOf(process.env);
  const { createHost } = await import('@holdfast/core');
  const detail = (message: string): void => {
    if (terminal.settings.verbose) terminal.warn(terminal.noteColors.dim(safeText(message)));
  };
  const { signal } = options;
  const bundled = bundledProviders();
  const folders = providerFolders(named, process.env);
  const passphrase: AskPassphrase = async ({ file, isNew }) => {
    const { askPassphrase } = await import('../keys/passphrase.js');
    const message = isNew ? 'New passphrase for the secrets of your locations' : `Passphrase of the secrets in ${safeText(file)}`;
    return terminal.withoutProgress(() => askPassphrase({ signal }, message, isNew));
  };
  return createHost({
    ...options,
    // A script must not wait for somebody who isn't there.
    ...(terminal.interactive ? { passphrase } : {}),
    providers: unattended ? { folders: [...bundled, ...folders] } : { shipped: bundled, folders },
    ...(isolation === undefined ? {} : { isolation }),
    locale: localeOf(process.env),
    waitForLock,
    onWaiting: (holder) => terminal.note(`Waiting for ${describeHolder(holder)}.`),
    log: options.log ?? {
      debug: detail,
      info: detail,
      warn: (message) => terminal.note(`${terminal.noteColors.yellow('warning:')} ${safeText(message)}`),
      error: (message) => terminal.warn(`${terminal.noteColors.red('error:')} ${safeText(message)}`),
    },
  });
}

function describeHolder({ pid, since, purpose }: LockHolder): string {
  return `process ${pid}, which has held the data directory since ${formatDate(since)}: ${safeText(purpose)}`;
}
