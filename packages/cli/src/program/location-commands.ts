import type { Command } from 'commander';
import type { LocationCheckOptions } from '../commands/location-check.js';
import { withExamples } from './command-help.js';
import { addLocationFileCommands } from './location-file-commands.js';
import { addLocationSettingCommands } from './location-setting-commands.js';
import { perform } from './perform.js';

export function completeLocation(location: Command): void {
  withExamples(location, ['holdfast location add local --path /mnt/nas/backups']);
  addLocationSettingCommands(location);
  addViews(location);
  addLocationFileCommands(location);

  const remove = location
    .command('remove')
    .description('Forget a location; the backups there stay')
    .argument('<location>', 'id or title')
    .action((chosen: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/location-remove.js')).removeLocation(context, chosen)),
    );
  withExamples(remove, ['holdfast location remove "Old disk"', 'holdfast location remove local-3f2a --yes']);
}

function addViews(location: Command): void {
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
    .option('--thorough', 'try all that backups rely on, in a folder of its own there; takes minutes and leaves nothing behind')
    .action((chosen: string[], options: LocationCheckOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/location-check.js')).checkLocations(context, chosen, options)),
    );
  withExamples(check, ['holdfast location check', 'holdfast location check --thorough', 'holdfast location check "Local folder" --json']);
}
