import type { Command } from 'commander';
import type { SetupOptions } from '../commands/setup.js';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeSetup(setup: Command): void {
  setup
    .option('--file <file>', 'do what a set-up file says, without a question (- for standard input)')
    .action((options: SetupOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/setup.js')).setUp(context, options)),
    );
  withExamples(setup, ['holdfast setup', 'holdfast setup --file setup.json', 'holdfast setup --file setup.json --json']);
}
