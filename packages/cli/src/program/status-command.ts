import type { Command } from 'commander';
import type { StatusOptions } from '../commands/status.js';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeStatus(status: Command): void {
  status
    .option('--offline', 'ask no location: what the log of runs knows is enough')
    .option('--healthcheck', 'say nothing: exits with 0 if a service is running and well, else with 1')
    .action((options: StatusOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/status.js')).showStatus(context, options)),
    );
  withExamples(status, ['holdfast status', 'holdfast status --json --offline', 'holdfast status --healthcheck']);
}
