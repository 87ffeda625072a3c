import type { Command } from 'commander';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeProvider(provider: Command): void {
  withExamples(provider, ['holdfast provider list']);
  const list = provider
    .command('list')
    .description('List the providers, each a kind of place for backups')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-list.js')).listProviders(context)),
    );
  withExamples(list, ['holdfast provider list', 'holdfast provider list --provider-folder ./my-provider --json']);
}
