import { type Command, Option } from 'commander';
import { withExamples } from './command-help.js';
import { addJobSettings } from './job-setting-commands.js';
import { wholeNumber } from './option-values.js';
import { perform } from './perform.js';

export function completeJob(job: Command): void {
  withExamples(job, [
    'holdfast job add ~/documents --every day --at 03:30 --keep daily=7,weekly=4',
    'holdfast job list',
    'holdfast job run "Automatic backup"',
  ]);
  addJobSettings(job);
  addSeeing(job);
  addSwitching(job);
  addRunning(job);
}

const named = ['<job>', 'its id or title'] as const;

function addSeeing(job: Command): void {
  const list = job
    .command('list')
    .description('List the jobs: when each runs next, and how it went last')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/job-list.js')).listJobs(context)),
    );
  withExamples(list, ['holdfast job list', 'holdfast job list --json']);

  const show = job
    .command('show')
    .description('Show all of a job')
    .argument(...named)
    .action((name: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/job-list.js')).showJob(context, name)),
    );
  withExamples(show, ['holdfast job show "Automatic backup"']);

  const runs = job
    .command('runs')
    .description('List how jobs ran, newest first, or show one run')
    .argument('[run]', 'the id of a run')
    .option('--job <job>', 'only of this job: id or title')
    .option('--limit <number>', 'at most so many', wholeNumber(1, 400), 20)
    .action((id: string | undefined, options: { job?: string; limit: number }, command: Command) =>
      perform(command, async (context) => (await import('../commands/job-runs.js')).listRuns(context, id, options)),
    );
  withExamples(runs, [
    'holdfast job runs',
    'holdfast job runs --job "Automatic backup" --limit 5',
    'holdfast job runs 20260131T044507123Z-3f9a01',
  ]);
}

function addSwitching(job: Command): void {
  for (const [name, enabled, description] of [
    ['enable', true, 'Let a job run by itself again'],
    ['disable', false, 'Keep a job from running by itself, until it is enabled'],
  ] as const) {
    const command = job
      .command(name)
      .description(description)
      .argument(...named)
      .action((title: string, _options: unknown, self: Command) =>
        perform(self, async (context) => (await import('../commands/job-change.js')).switchJob(context, title, enabled)),
      );
    withExamples(command, [`holdfast job ${name} "Automatic backup"`]);
  }
  const remove = job
    .command('remove')
    .description('Forget a job, after asking; its backups stay')
    .argument(...named)
    .action((name: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/job-change.js')).removeJob(context, name)),
    );
  withExamples(remove, ['holdfast job remove "Automatic backup"']);
}

function addRunning(job: Command): void {
  const onBusy = () =>
    new Option('--on-busy <what>', 'while something else works on the backups').choices(['wait', 'skip']).default('wait');
  const run = job
    .command('run')
    .description('Run a job now: exits with 0 if all is whole, 3 if something is missing or it was skipped, 1 if there is no backup')
    .argument(...named)
    .addOption(onBusy())
    .action((name: string, options: { onBusy: 'wait' | 'skip' }, command: Command) =>
      perform(command, async (context) => (await import('../commands/job-run.js')).runJob(context, name, options)),
    );
  withExamples(run, ['holdfast job run "Automatic backup"', 'holdfast job run 3f9a01bc --on-busy skip --json']);

  const retry = job
    .command('retry')
    .description('Send what a run could not store to the locations that lack it, from one that has it')
    .argument('[run]', 'its id (default: the newest that left something to be done)')
    .addOption(onBusy())
    .action((id: string | undefined, options: { onBusy: 'wait' | 'skip' }, command: Command) =>
      perform(command, async (context) => (await import('../commands/job-run.js')).retryRun(context, id, options)),
    );
  withExamples(retry, ['holdfast job retry', 'holdfast job retry 20260131T044507123Z-3f9a01']);
}
