import type { Command } from 'commander';
import type { LocationAddOptions } from '../commands/location-add.js';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeLocation(location: Command): void {
  withExamples(location, ['holdfast location add local --path /mnt/nas/backups']);
  addAdd(location);

  const list = location
    .command('list')
    .description('List the locations')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/location-list.js')).listLocations(context)),
    );
  withExamples(list, ['holdfast location list', 'holdfast location list --json']);

  const show = location
    .command('show')
    .description('Show a location, its settings and how full it is')
    .argument('<location>', 'id or title')
    .action((chosen: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/location-show.js')).showLocation(context, chosen)),
    );
  withExamples(show, ['holdfast location show "Local folder"', 'holdfast location show local-3f2a']);

  const check = location
    .command('check')
    .description('Prove that locations can be written, read, listed and deleted from')
    .argument('[location...]', 'ids or titles (default: all)')
    .action((chosen: string[], _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/location-check.js')).checkLocations(context, chosen)),
    );
  withExamples(check, ['holdfast location check', 'holdfast location check "Local folder" --json']);

  const remove = location
    .command('remove')
    .description('Forget a location; the backups there stay')
    .argument('<location>', 'id or title')
    .action((chosen: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/location-remove.js')).removeLocation(context, chosen)),
    );
  withExamples(remove, ['holdfast location remove "Old disk"', 'holdfast location remove local-3f2a --yes']);
}

function addAdd(location: Command): void {
  // The options of a provider come from its schema, so they are unknown here and taken from what is left over; and
  // help is an option of our own, because it has those too.
  const add = location
    .command('add')
    .description('Add a place that backups go to; without options it asks')
    .usage('[options] <provider> [--setting value ...]')
    .argument('[provider]', 'the kind of place: see `holdfast provider list`')
    .option('--title <title>', 'what to call it (default: after the provider)')
    .option('--config-file <file>', 'settings as a JSON object, `-` for standard input; secrets may be in it')
    .option('--secrets-file <file>', 'only the secret settings, as a JSON object')
    .helpOption(false)
    .option('-h, --help', 'show this help, with the settings of the provider')
    .allowUnknownOption()
    .allowExcessArguments()
    .action((_provider: unknown, { help, ...options }: LocationAddOptions & { help?: boolean }, command: Command) => {
      const provider = command.args[0]?.startsWith('-') === false ? command.args[0] : undefined;
      const settings = command.args.slice(provider === undefined ? 0 : 1);
      if (help === true) command.outputHelp();
      if (help === true && provider === undefined) return undefined;
      return perform(command, async (context) => {
        if (help === true) return (await import('../commands/provider-help.js')).showProviderHelp(context, provider ?? '');
        return (await import('../commands/location-add.js')).addLocation(context, provider, settings, options);
      });
    });
  withExamples(add, [
    'holdfast location add',
    'holdfast location add local --path /mnt/nas/backups --title NAS',
    'holdfast location add local --help',
    'holdfast location add local --config-file nas.json --secrets-file -',
  ]);
}
