import type { Command } from 'commander';
import type { BackupRestoreOptions } from '../commands/backup-restore.js';
import type { BackupShowOptions } from '../commands/backup-show.js';
import type { BackupVerifyOptions } from '../commands/backup-verify.js';
import { withExamples } from './command-help.js';
import { withKeyOptions } from './key-options.js';
import { collect, collectSource } from './option-values.js';
import { perform } from './perform.js';

const idOrFile = 'the id (or the start of it), or the path of a backup file';

/** `backup show`: what a backup is. */
export function addShow(backup: Command): void {
  const show = backup
    .command('show')
    .description('Show a backup, or the files in it')
    .argument('<id|file>', idOrFile)
    .option('--files', 'list the files; reads the backup')
    .option('--source <source>', 'only the files of this source (repeatable)', collect)
    .option('--path <path>', 'only these files: dir/file, source:dir/file, *.txt (repeatable)', collect)
    .option('--from <location>', 'read the copy there: id or title')
    .action((backupId: string, options: BackupShowOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-show.js')).showBackup(context, backupId, options)),
    );
  withExamples(withKeyOptions(show), ['holdfast backup show 3f9a01bc', 'holdfast backup show 3f9a01bc --files --path "*.yaml"']);
}

/** `backup verify|restore|download`: all that reads backups through. */
export function addReadingCommands(backup: Command): void {
  const verify = backup
    .command('verify')
    .description('Prove backups whole by reading all of them')
    .argument('[id|file]', idOrFile)
    .option('--all', 'each copy of every backup')
    .option('--from <location>', 'only the copy there: id or title (default: each)')
    .action((backupId: string | undefined, options: BackupVerifyOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-verify.js')).verifyBackups(context, backupId, options)),
    );
  withExamples(withKeyOptions(verify), [
    'holdfast backup verify 3f9a01bc',
    'holdfast backup verify --all --json',
    'holdfast backup verify ./backup.tar',
  ]);

  const restore = backup
    .command('restore')
    .description('Restore a backup, or some of it, into a folder')
    .argument('<id|file>', `${idOrFile}, which needs no set-up`)
    .option('--to <dir>', 'the folder to restore into; each source becomes a folder in it')
    .option('--into <source=dir>', 'a folder of its own for a source: what is in it comes right into that (repeatable)', collectSource)
    .option('--source <source>', 'only this source (repeatable)', collect)
    .option('--path <path>', 'only this: dir/file, source:dir/file, *.txt; a folder takes all below it (repeatable)', collect)
    .option('--dry-run', 'write nothing, list what would be restored')
    .option('--overwrite', 'replace files that are there; without it they are left and told')
    .option('--replace', 'put each source in place of its folder as a whole, checked first; the former state is kept until you confirm')
    .option('--accept-problems', 'with --replace: go on although something can not be restored as the backup has it')
    .option('--no-owners', 'leave files to who restores them')
    .option('--from <location>', 'read the copy there: id or title')
    .action((backupId: string, options: BackupRestoreOptions, command: Command) => {
      if (options.to === undefined && options.into === undefined) {
        command.error('say where to restore: --to DIR, or --into SOURCE=DIR', { code: 'commander.missingMandatoryOptionValue' });
      }
      return perform(command, async (context) => (await import('../commands/backup-restore.js')).restoreBackup(context, backupId, options));
    });
  withExamples(withKeyOptions(restore), [
    'holdfast backup restore 3f9a01bc --to ./restored',
    'holdfast backup restore 3f9a01bc --to ./restored --path notes/2026 --dry-run',
    'holdfast backup restore 3f9a01bc --into app=/srv/app --replace',
    'holdfast backup restore ./backup.tar --to ./restored --key-file key.txt',
  ]);

  const download = backup
    .command('download')
    .description('Copy a backup file as it is, encrypted, with its seal and index')
    .argument('<id>', 'the id, or as much of its start as is unique')
    .requiredOption('--to <file>', 'the file to write, with its seal and index beside it; asks before any is replaced')
    .option('--from <location>', 'the copy there: id or title')
    .action((backupId: string, options: { to: string; from?: string }, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-download.js')).downloadBackup(context, backupId, options)),
    );
  withExamples(download, ['holdfast backup download 3f9a01bc --to /media/usb/backup.tar']);
}
