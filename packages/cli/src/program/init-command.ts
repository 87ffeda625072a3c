import type { Command } from 'commander';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeInit(init: Command): void {
  init
    .option('--name <name>', 'what backups call this machine (default: its host name)')
    .action((options: { name?: string }, command: Command) =>
      perform(command, async (context) => (await import('../commands/init.js')).init(context, options)),
    );
  withExamples(init, ['holdfast init', 'holdfast init --name "Living room" --data-dir /srv/holdfast']);
}
