import type { Command } from 'commander';
import type { RetentionScope } from '../commands/retention.js';
import { withExamples } from './command-help.js';
import { collect, wholeNumber } from './option-values.js';
import { perform } from './perform.js';

/** `retention plan|run|log`: which backups are kept. */
export function completeRetention(retention: Command): void {
  withExamples(retention, ['holdfast retention plan', 'holdfast retention plan --years 5', 'holdfast retention run --dry-run']);

  const plan = scoped(retention.command('plan'))
    .description('List what is kept and what goes, each with its reason; changes nothing')
    .option('--years <number>', "also play the jobs' schedules for so many years", wholeNumber(1, 50))
    .action((options: RetentionScope & { years?: number }, command: Command) =>
      perform(command, async (context) => (await import('../commands/retention.js')).planRetention(context, options)),
    );
  withExamples(plan, [
    'holdfast retention plan',
    'holdfast retention plan --job "Automatic backup" --years 5',
    'holdfast retention plan --location NAS --json',
  ]);

  const run = scoped(retention.command('run'))
    .description('Delete the automatic backups that no rule keeps')
    .option('--dry-run', 'delete nothing, list what would be deleted: the same as plan')
    .action((options: RetentionScope & { dryRun?: boolean }, command: Command) =>
      perform(command, async (context) => (await import('../commands/retention.js')).runRetention(context, options)),
    );
  withExamples(run, ['holdfast retention run', 'holdfast retention run --job photos --dry-run']);

  const log = retention
    .command('log')
    .description('List what was deleted by itself, and why, the latest first')
    .option('--limit <number>', 'at most so many', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .action((options: { limit?: number }, command: Command) =>
      perform(command, async (context) => (await import('../commands/retention.js')).showRetentionLog(context, options)),
    );
  withExamples(log, ['holdfast retention log', 'holdfast retention log --limit 20 --json']);
}

function scoped(command: Command): Command {
  return command
    .option('--job <job>', 'only the backups of this job: id or title')
    .option('--location <location>', 'only there: id or title (repeatable; default: all)', collect);
}
