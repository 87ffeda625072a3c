import { type Command, Option } from 'commander';
import type { LocationAddOptions } from '../commands/location-add.js';
import type { LocationFlowsOptions } from '../commands/location-flows.js';
import type { SettingsOptions } from '../location-config/gather-values.js';
import { withExamples } from './command-help.js';
import { collect, collectSetting } from './option-values.js';
import { perform } from './perform.js';

/** `location add|reauth|reconfigure|flows`: the settings of a location, through its provider's flow. */
export function addLocationSettingCommands(location: Command): void {
  addAdd(location);
  addChange(location, 'reauth', 'Give a location new credentials', [
    'holdfast location reauth "My bucket"',
    'holdfast location reauth "My bucket" --secrets-file -',
  ]);
  addChange(location, 'reconfigure', 'Change the settings of a location, after trying them out', [
    'holdfast location reconfigure NAS',
    'holdfast location reconfigure NAS --path /mnt/nas2/backups',
  ]);

  const flows = location
    .command('flows')
    .description('List the set-ups that were broken off, or forget some')
    .option('--cancel <token>', 'forget this one (repeatable)', collect)
    .action((options: LocationFlowsOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/location-flows.js')).manageFlows(context, options)),
    );
  withExamples(flows, ['holdfast location flows', 'holdfast location flows --cancel 5b0c...']);
}

function addAdd(location: Command): void {
  // The options of a provider come from its schema, so they are unknown here and taken from what is left over; and
  // help is an option of our own, because it has those too.
  const add = withSettings(
    location
      .command('add')
      .description('Add a place that backups go to; without options it asks')
      .usage('[options] <provider> [--setting value ...]')
      .argument('[provider]', 'the kind of place: see `holdfast provider list`')
      .option('--title <title>', 'what to call it (default: after the provider)'),
  )
    .option('--resume <token>', 'go on with a set-up that was broken off')
    .helpOption(false)
    .option('-h, --help', 'show this help, with the settings of the provider')
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
    'holdfast location add local --config nas.json --secrets-file -',
    'holdfast location add local --set path=/mnt/nas/backups --json',
  ]);
}

function addChange(location: Command, name: 'reauth' | 'reconfigure', description: string, examples: readonly string[]): void {
  const change = withSettings(
    location
      .command(name)
      .description(`${description}; without options it asks`)
      .usage('[options] <location> [--setting value ...]')
      .argument('<location>', 'id or title'),
  ).action((chosen: string, options: SettingsOptions, command: Command) =>
    perform(command, async (context) =>
      (await import('../commands/location-change.js')).changeLocation(context, name, chosen, command.args.slice(1), options),
    ),
  );
  withExamples(change, examples);
}

/** For a command that takes the settings of a location, those of its provider among them. */
export function withSettings(command: Command): Command {
  return command
    .option('--config <file>', 'settings as a JSON object, `-` for standard input; secrets may be in it')
    .addOption(new Option('--config-file <file>', 'the same').hideHelp())
    .option('--secrets-file <file>', 'only the secret settings, as a JSON object')
    .option('--set <key=value>', 'one setting that is no secret (repeatable)', collectSetting)
    .allowUnknownOption()
    .allowExcessArguments();
}
