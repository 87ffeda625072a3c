import type { Command } from 'commander';
import type { ProviderLogsOptions } from '../commands/provider-logs.js';
import { withExamples } from './command-help.js';
import { wholeNumber } from './option-values.js';
import { perform } from './perform.js';

/** `provider search|list|show|running|logs`: they change nothing. */
export function addProviderViewCommands(provider: Command): void {
  const search = provider
    .command('search')
    .description('Search the npm registry for provider packages')
    .argument('[text...]', 'what to look for (default: all there are)')
    .action((words: string[], _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-search.js')).searchProviders(context, words.join(' '))),
    );
  withExamples(search, ['holdfast provider search s3', 'holdfast provider search webdav --json']);

  const list = provider
    .command('list')
    .description('List the kinds of places, and the packages that bring them')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-list.js')).listProviders(context)),
    );
  withExamples(list, ['holdfast provider list', 'holdfast provider list --provider-folder ./my-provider --json']);

  const show = provider
    .command('show')
    .description('Show a package: what it may do, where it is from, its settings')
    .argument('<name>', 'a package, or a kind of place; one that is not installed is looked up')
    .action((name: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-show.js')).showProvider(context, name)),
    );
  withExamples(show, ['holdfast provider show holdfast-provider-shelf', 'holdfast provider show local --json']);

  const running = provider
    .command('running')
    .description('Show how the code of the providers is doing')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-running.js')).showRunning(context)),
    );
  withExamples(running, ['holdfast provider running', 'holdfast provider running --json']);

  const logs = provider
    .command('logs')
    .description('Show what a provider wrote to its log')
    .argument('<name>', 'the package, or a kind of place that it brings')
    .option('-n, --lines <number>', 'at most so many of the last lines (default: 100)', wholeNumber(1, 100_000))
    .option('-f, --follow', 'go on with what is written from now on, until Ctrl-C')
    .action((name: string, options: ProviderLogsOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/provider-logs.js')).showProviderLog(context, name, options)),
    );
  withExamples(logs, ['holdfast provider logs local', 'holdfast provider logs holdfast-provider-shelf --lines 20 --follow']);
}
