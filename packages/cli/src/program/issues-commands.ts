import type { Command } from 'commander';
import type { FixOptions } from '../commands/issues-fix.js';
import type { IssuesOptions } from '../commands/issues.js';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeIssues(issues: Command): void {
  withExamples(issues, [
    'holdfast issues list',
    'holdfast issues fix kit-not-saved --to /media/usb-stick',
    'holdfast issues list --json || notify',
  ]);

  const list = issues
    .command('list', { isDefault: true })
    .description('List what needs a hand: exits with 1 for errors, 3 for warnings, 0 for nothing')
    .option('--locations', 'also ask the locations whether they work, and whether their backups are what they were')
    .action((options: IssuesOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/issues.js')).listIssues(context, options)),
    );
  withExamples(list, ['holdfast issues list', 'holdfast issues list --locations', 'holdfast issues list --json']);

  const show = issues
    .command('show')
    .description('Show one of them, and since when it is so')
    .argument('<issue>', 'its id, or its code for all of that code')
    .action((id: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/issues.js')).showIssue(context, id)),
    );
  withExamples(show, ['holdfast issues show too-large']);

  const fix = issues
    .command('fix')
    .description('Cure one of them, after asking, or show the commands that do: exits with 0 if it is gone, else with 3')
    .argument('<issue>', 'its id, or its code for all of that code')
    .option('--to <dir>', 'where an emergency kit is saved')
    .action((id: string, options: FixOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/issues-fix.js')).fixIssues(context, id, options)),
    );
  withExamples(fix, ['holdfast issues fix backup-failed', 'holdfast issues fix kit-not-saved --to /media/stick']);
}
