import { type Command, InvalidArgumentError } from 'commander';
import type { SettingName } from '../commands/settings.js';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

const names = [
  'encryption',
  'level',
  'isolation',
  'secrets',
  'spool',
  'verify-every',
  'verify-share',
] as const satisfies readonly SettingName[];

export function completeSettings(settings: Command): void {
  withExamples(settings, ['holdfast settings show', 'holdfast settings set encryption v3']);

  const show = settings
    .command('show')
    .description('Show what backups are made with, and how Holdfast works')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/settings.js')).showSettings(context)),
    );
  withExamples(show, ['holdfast settings show', 'holdfast settings show --json']);

  const set = settings
    .command('set')
    .description('Set what backups are made with from now on, and how Holdfast works')
    .argument(
      '<setting>',
      'encryption (v2, v3), level (0 to 9), isolation (process, inline: where providers run; by default in processes, but for what comes with Holdfast in a command), secrets (file, encrypted, keyring: moves them there), ' +
        'spool (such as 20GB: how much may wait on this disk for slow locations), verify-every (days from one reading back to the next, 0 for never), or verify-share (percent of each copy)',
      (value) => {
        const name = names.find((known) => known === value);
        if (name === undefined) throw new InvalidArgumentError(`It must be one of: ${names.join(', ')}.`);
        return name;
      },
    )
    .argument('<value>', 'its value, or `default`, which secrets have not')
    .action((name: SettingName, value: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/settings.js')).setSetting(context, name, value)),
    );
  withExamples(set, [
    'holdfast settings set encryption v3',
    'holdfast settings set level default',
    'holdfast settings set secrets keyring',
  ]);
}
