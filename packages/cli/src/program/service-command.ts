import { type Command, Option } from 'commander';
import type { ServiceCommandOptions } from '../commands/service.js';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeService(service: Command): void {
  service
    .option('--once', 'do all that is due now, and end: for those who start it by cron')
    .addOption(
      new Option('--log-level <level>', 'what gets a line: this and what is worse')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .action((options: ServiceCommandOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/service.js')).runService(context, options), { ownSignal: 'SIGHUP' }),
    );
  withExamples(service, ['holdfast service', 'holdfast service --json --log-level warn', 'holdfast service --once']);
}
