import { type Command, InvalidArgumentError } from 'commander';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

const names = ['encryption', 'level'] as const;

export function completeSettings(settings: Command): void {
  withExamples(settings, ['holdfast settings show', 'holdfast settings set encryption v3']);

  const show = settings
    .command('show')
    .description('Show what backups are made with')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/settings.js')).showSettings(context)),
    );
  withExamples(show, ['holdfast settings show', 'holdfast settings show --json']);

  const set = settings
    .command('set')
    .description('Set what backups are made with from now on')
    .argument('<setting>', 'encryption (v2 or v3) or level (0 to 9)', (value) => {
      const name = names.find((known) => known === value);
      if (name === undefined) throw new InvalidArgumentError(`It must be one of: ${names.join(', ')}.`);
      return name;
    })
    .argument('<value>', 'its value, or `default`')
    .action((name: (typeof names)[number], value: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/settings.js')).setSetting(context, name, value)),
    );
  withExamples(set, ['holdfast settings set encryption v3', 'holdfast settings set level 6', 'holdfast settings set level default']);
}
