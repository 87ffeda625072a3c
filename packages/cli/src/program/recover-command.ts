import type { Command } from 'commander';
import type { RecoverOptions } from '../commands/recover.js';
import { withExamples } from './command-help.js';
import { withKeyOptions } from './key-options.js';
import { withSettings } from './location-setting-commands.js';
import { collect, collectSource } from './option-values.js';
import { perform } from './perform.js';

export function completeRecover(recover: Command): void {
  withKeyOptions(
    withSettings(
      recover
        .usage('[options] [--setting value ...]')
        .option(
          '--provider <type>',
          'the kind of place where the backups are, as `holdfast provider list` has it; its settings follow as options',
        )
        .option('--install <spec>', 'the provider package for it, from npm (default: @holdfast/provider-TYPE, if it is not there)')
        .option('--accept-permissions', 'let that package reach what it asks for')
        .option('--title <title>', 'what to call the place')
        .option('--location <location>', 'a place that this machine has already: id or title')
        .option('--backup <latest|id>', 'which one (default: asks, or the latest)'),
    ),
  )
    .option('--kit <file>', 'a saved emergency kit, for its key')
    .option('--to <dir>', 'the folder to restore into; each source becomes a folder in it')
    .option('--into <source=dir>', 'a folder of its own for a source: what is in it comes right into that (repeatable)', collectSource)
    .option('--source <source>', 'only this source (repeatable)', collect)
    .option('--accept-problems', 'go on although something can not be restored as the backup has it')
    .option('--no-owners', 'leave files to who restores them')
    .option('--keep', 'make backups from this machine from now on')
    .option('--no-keep', 'keep neither the place nor the key on this machine (the default where nobody is asked)')
    .option('--cancel', 'remove what a recovery that was broken off has noted')
    .action((options: RecoverOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/recover.js')).recover(context, command.args, options)),
    );
  withExamples(recover, [
    'holdfast recover',
    'holdfast recover --kit kit.txt',
    'holdfast recover --provider local --path /mnt/nas --kit kit.txt --to docs',
    'holdfast recover --provider b2 --config b2.json --kit kit.txt --to docs',
    'holdfast recover --backup 3f9a01bc --to restored --keep --yes --json',
  ]);
}
