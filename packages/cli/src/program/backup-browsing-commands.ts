import type { Command } from 'commander';
import type { BackupDiffOptions } from '../commands/backup-diff.js';
import type { BackupLsOptions } from '../commands/backup-ls.js';
import type { BackupCatOptions } from '../commands/backup-cat.js';
import { withExamples } from './command-help.js';
import { withKeyOptions } from './key-options.js';
import { collect } from './option-values.js';
import { perform } from './perform.js';

const idOrFile = 'the id (or the start of it), or the path of a backup file';

/** `backup ls|cat|diff`: looking into backups, by their index where they have one. */
export function addBrowsingCommands(backup: Command): void {
  const ls = backup
    .command('ls')
    .description('List a folder of a backup')
    .argument('<id|file>', idOrFile)
    .argument('[path]', 'source:dir or dir (default: the top of each source)')
    .option('-l, --long', 'with permissions, size and date')
    .option('-R, --recursive', 'also all that is below')
    .option('--find <pattern>', 'only what matches, below the path: *.yaml, **/log/*')
    .option('--from <location>', 'read the copy there: id or title')
    .action((id: string, path: string | undefined, options: BackupLsOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-ls.js')).lsBackup(context, id, path, options)),
    );
  withExamples(withKeyOptions(ls), [
    'holdfast backup ls 3f9a01bc',
    'holdfast backup ls 3f9a01bc documents:letters --long',
    'holdfast backup ls 3f9a01bc --find "*.yaml"',
  ]);

  const cat = backup
    .command('cat')
    .description('Write one file of a backup to standard output')
    .argument('<id|file>', idOrFile)
    .argument('<path>', 'source:dir/file or dir/file')
    .option('--from <location>', 'read the copy there: id or title')
    .action((id: string, path: string, options: BackupCatOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-cat.js')).catBackup(context, id, path, options)),
    );
  withExamples(withKeyOptions(cat), [
    'holdfast backup cat 3f9a01bc documents:letters/ada.txt',
    'holdfast backup cat 3f9a01bc photos:2026/cat.jpg > cat.jpg',
  ]);

  const diff = backup
    .command('diff')
    .description('Show what differs between two backups, or a backup and a folder')
    .argument('<a>', idOrFile)
    .argument('<b>', 'another backup, by id or file; or a folder: a path with a `/`, or one that is there')
    .option('--source <source>', 'only this source (repeatable)', collect)
    .option('--checksum', 'compare the contents of all files of a folder, also where size and time are the same')
    .option('--from <location>', 'read the first one there: id or title')
    .addHelpText('after', '\nEnds with exit code 0 where nothing differs, with 3 where something does.')
    .action((a: string, b: string, options: BackupDiffOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-diff.js')).diffBackups(context, a, b, options)),
    );
  withExamples(withKeyOptions(diff), ['holdfast backup diff 3f9a01bc 77b0c2d1', 'holdfast backup diff 3f9a01bc ~/documents']);
}
