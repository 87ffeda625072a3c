import { type Command, InvalidArgumentError } from 'commander';
import type { VerificationRunOptions } from '../commands/verification.js';
import { withExamples } from './command-help.js';
import { collect } from './option-values.js';
import { perform } from './perform.js';

/** `verification run|status`: reading back what is stored, without decrypting it. */
export function completeVerification(verification: Command): void {
  withExamples(verification, ['holdfast verification run', 'holdfast verification status']);

  const run = verification
    .command('run')
    .description('Read back a share of each copy, what was not read for longest first, and compare it with its seal')
    .option('--share <percent>', 'how much of each copy: 10% (default: the setting verify-share)', shareOf)
    .option('--all', 'all of each copy')
    .option('--location <location>', 'only there: id or title (repeatable; default: all)', collect)
    .addHelpText('after', '\nEnds with exit code 1 where something is damaged, with 3 where something could not be read.')
    .action((options: VerificationRunOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/verification.js')).runVerification(context, options)),
    );
  withExamples(run, [
    'holdfast verification run',
    'holdfast verification run --share 25%',
    'holdfast verification run --all --location NAS',
  ]);

  const status = verification
    .command('status')
    .description('Show when copies were last read back, and when they are next')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/verification.js')).showVerificationStatus(context)),
    );
  withExamples(status, ['holdfast verification status', 'holdfast verification status --json']);
}

function shareOf(value: string): number {
  const percent = /^(\d{1,3})\s?%?$/.exec(value)?.[1];
  const share = Number(percent ?? 0) / 100;
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError('It must be a share from 1% to 100%.');
  return share;
}
