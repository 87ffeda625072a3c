import { Argument, type Command, Option } from 'commander';
import type { JobOptions } from '../commands/job-usage.js';
import { withExamples } from './command-help.js';
import { collect, collectSource, wholeNumber } from './option-values.js';
import { perform } from './perform.js';

/** Where a job is added and changed. */
export function addJobSettings(job: Command): void {
  const add = withJobOptions(job.command('add').description('Have folders backed up by themselves'))
    .option('--disabled', 'keep it from running by itself until it is enabled')
    .action((paths: string[], options: JobOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/job-change.js')).addJob(context, paths, options)),
    );
  withExamples(add, [
    'holdfast job add ~/documents',
    'holdfast job add --source app=/srv/app --every mon,thu --at 03:30 --to NAS --to Bucket',
    'holdfast job add /config --every day --at 04:45-05:45 --keep daily=7,weekly=4,monthly=12 --keep-at "Bucket:copies=2"',
    `holdfast job add ~/photos --every "30 3 * * 1-5" --time-zone Europe/London --without "Bucket:photos"`,
    `holdfast job add /srv/app --before '["systemctl", "stop", "app"]' --after '["systemctl", "start", "app"]'`,
  ]);

  const change = withJobOptions(
    job.command('change').description('Change a job: what is not named stays as it is').argument('<job>', 'its id or title'),
  )
    .option('--same-at <location>', 'nothing of its own holds there any more (repeatable)', collect)
    .action((name: string, paths: string[], options: JobOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/job-change.js')).changeJob(context, name, paths, options)),
    );
  withExamples(change, [
    'holdfast job change "Automatic backup" --at 02:00',
    'holdfast job change 3f9a01bc --to all --keep copies=7',
    'holdfast job change 3f9a01bc --every never --before none',
  ]);
}

function withJobOptions(command: Command): Command {
  return command
    .addArgument(new Argument('[path...]', 'the folders to back up'))
    .option('--title <title>', 'what to call it, and its backups (default: Automatic backup)')
    .option('--source <name=path>', 'a folder under a name of your own (repeatable)', collectSource)
    .option('--exclude <pattern>', 'leave out what matches, as in a .gitignore file (repeatable)', collect)
    .addOption(
      new Option('--preset <preset>', "what is left out of itself (default: by the folder's content)").choices(['home-assistant', 'none']),
    )
    .option('--every <when>', 'day, weekdays such as mon,thu, week, month, month:15, month:last, "cron expression", or never')
    .option('--at <time>', 'a time such as 03:30, or a window such as 04:45-05:45, somewhere in which it runs (default: that one)')
    .option('--time-zone <zone>', "such as Europe/London (default: this machine's)")
    .option('--to <location>', 'a location, id or title (repeatable; default: all, also later ones)', collect)
    .option('--keep <rules>', 'which backups are kept: copies, days, hourly, daily, weekly, monthly, yearly, or all (default: copies=3)')
    .option('--keep-at <location:rules>', 'the same for one location (repeatable)', collect)
    .option('--plain-at <location>', 'do not encrypt what goes there: who gets at it can read it (repeatable)', collect)
    .option('--without <location:source>', 'a source that does not go there (repeatable)', collect)
    .option('--before <command>', 'a command before anything is read: words or a JSON array, no shell; none takes it away')
    .option('--after <command>', 'a command when all is read, whatever became of it')
    .option('--time-limit <seconds>', 'after which either command is stopped (default: 600)', wholeNumber(1, 86_400))
    .addOption(new Option('--encryption <version>', 'v2 or v3 (default: the setting)').choices(['v2', 'v3', 'default']))
    .addOption(new Option('--level <number>', 'compression, 0 to 9 (default: the setting)').choices([...'0123456789', 'default']));
}
