import type { Command } from 'commander';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeIssues(issues: Command): void {
  withExamples(issues, ['holdfast issues list', 'holdfast issues list --json || notify']);

  const list = issues
    .command('list', { isDefault: true })
    .description('List what needs a hand: exits with 1 for errors, 3 for warnings, 0 for nothing')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/issues.js')).listIssues(context)),
    );
  withExamples(list, ['holdfast issues list', 'holdfast issues list --json']);

  const show = issues
    .command('show')
    .description('Show one of them, and since when it is so')
    .argument('<issue>', 'its id, or its code for all of that code')
    .action((id: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/issues.js')).showIssue(context, id)),
    );
  withExamples(show, ['holdfast issues show too-large']);
}
