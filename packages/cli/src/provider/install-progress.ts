import type { InstallProgress } from '@holdfast/core';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';

const phases: Readonly<Record<InstallProgress['phase'], string>> = {
  resolving: 'Looking up',
  fetching: 'Fetching',
  checking: 'Checking',
  activating: 'Trying out',
};

export interface ShownInstallProgress extends Disposable {
  readonly update: (progress: InstallProgress) => void;
  /** Does something that writes to the terminal itself. */
  pausing<Result>(work: () => Promise<Result>): Promise<Result>;
  stop(): void;
}

/** What an installation is at, on one line of a terminal that somebody looks at. */
export function installProgress({ terminal }: CommandContext, subject: string): ShownInstallProgress {
  const shows = terminal.interactive && !terminal.settings.quiet;
  const write = (text: string): void => {
    if (shows) process.stderr.write(`\r\u001b[2K${text}`);
  };
  let latest = '';
  const stop = (): void => write('');
  return {
    update({ phase, name }) {
      latest = terminal.noteColors.dim(`${phases[phase]} ${safeText(name || subject)} ...`);
      write(latest);
    },
    async pausing(work) {
      write('');
      try {
        return await work();
      } finally {
        write(latest);
      }
    },
    stop,
    [Symbol.dispose]: stop,
  };
}
