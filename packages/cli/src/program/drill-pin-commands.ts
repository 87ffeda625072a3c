import type { Command } from 'commander';
import type { BackupDrillOptions } from '../commands/backup-drill.js';
import { withExamples } from './command-help.js';
import { withKeyOptions } from './key-options.js';
import { wholeNumber } from './option-values.js';
import { perform } from './perform.js';

/** `backup drill|pin|unpin`. */
export function addDrillAndPins(backup: Command): void {
  const drill = backup
    .command('drill')
    .description('Restore random files into a scratch folder, and compare them with what was backed up')
    .argument('[id]', 'the id, or as much of its start as is unique (default: the newest backup)')
    .option('--files <number>', 'how many (default: 10)', wholeNumber(1, 10_000))
    .option('--seed <text>', 'draws the same files as the drill that told it')
    .option('--from <location>', 'from the copy there: id or title')
    .addHelpText(
      'after',
      '\nEnds with exit code 1 where a file differs, with 3 where one could not be compared. The scratch folder is removed.',
    )
    .action((id: string | undefined, options: BackupDrillOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-drill.js')).drillBackup(context, id, options)),
    );
  withExamples(withKeyOptions(drill), [
    'holdfast backup drill',
    'holdfast backup drill 3f9a01bc --files 50',
    'holdfast backup drill 3f9a01bc --seed 8c1f02aa',
  ]);

  const id = 'the id, or as much of its start as is unique';
  const pin = backup
    .command('pin')
    .description('Keep a backup whatever retention says, at all its locations')
    .argument('<id>', id)
    .action((given: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-pin.js')).pinBackup(context, given, true)),
    );
  withExamples(pin, ['holdfast backup pin 3f9a01bc']);

  const unpin = backup
    .command('unpin')
    .description('Leave a backup to retention again')
    .argument('<id>', id)
    .action((given: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-pin.js')).pinBackup(context, given, false)),
    );
  withExamples(unpin, ['holdfast backup unpin 3f9a01bc']);
}
