import { Argument, type Command, Option } from 'commander';
import type { BackupCreateOptions } from '../commands/backup-create.js';
import type { BackupSendOptions } from '../commands/backup-send.js';
import type { BackupListOptions } from '../commands/backup-list.js';
import { addBrowsingCommands } from './backup-browsing-commands.js';
import { addReadingCommands, addShow } from './backup-reading-commands.js';
import { withExamples } from './command-help.js';
import { addDrillAndPins } from './drill-pin-commands.js';
import { addRekey } from './key-rekey-command.js';
import { firstArgument } from './first-argument.js';
import { collect, collectSource, wholeNumber } from './option-values.js';
import { perform } from './perform.js';

interface Adding {
  readonly names: readonly string[];
  readonly add: (backup: Command) => void;
}

/** In the order in which help shows them. */
const addings: readonly Adding[] = [
  { names: ['create'], add: addCreate },
  { names: ['list'], add: addList },
  { names: ['show'], add: addShow },
  { names: ['ls', 'cat', 'diff'], add: addBrowsingCommands },
  { names: ['verify', 'restore', 'download'], add: addReadingCommands },
  { names: ['drill', 'pin', 'unpin'], add: addDrillAndPins },
  { names: ['send'], add: addSend },
  { names: ['rekey'], add: addRekey },
  { names: ['delete'], add: addDelete },
];

/** With all subcommands only where none of them is named. */
export function completeBackup(backup: Command, args: readonly string[]): void {
  withExamples(backup, ['holdfast backup create ~/documents', 'holdfast backup restore 3f9a01bc --to ./restored']);
  const named = firstArgument(args.slice(args.indexOf(backup.name()) + 1));
  const meant = addings.find(({ names }) => named !== undefined && names.includes(named));
  for (const { add } of meant === undefined ? addings : [meant]) add(backup);
}

function addDelete(backup: Command): void {
  const remove = backup
    .command('delete')
    .description('Delete a backup for good, after asking')
    .argument('<id>', 'the id, or as much of its start as is unique')
    .option('--location <location>', 'only the copy there: id or title (repeatable; default: everywhere)', collect)
    .action((id: string, options: { location?: readonly string[] }, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-delete.js')).deleteBackup(context, id, options)),
    );
  withExamples(remove, ['holdfast backup delete 3f9a01bc', 'holdfast backup delete 3f9a01bc --location NAS --yes']);
}

function addCreate(backup: Command): void {
  const create = backup
    .command('create')
    .description('Back up folders, encrypted, to the locations')
    .addArgument(new Argument('[path...]', 'the folders to back up'))
    .option('--source <name=path>', 'a folder under a name of your own (repeatable)', collectSource)
    .option('--to <location>', 'a location, id or title (repeatable; default: all)', collect)
    .option('--name <name>', 'what to call the backup')
    .option('--exclude <pattern>', 'leave out what matches, as in a .gitignore file (repeatable)', collect)
    .addOption(
      new Option('--preset <preset>', "what is left out of itself (default: by the folder's content)").choices(['home-assistant', 'none']),
    )
    .option('--level <number>', 'compression, from 1 (fast) to 9 (small), 0 for none (default: the setting)', wholeNumber(0, 9))
    .addOption(
      new Option('--encryption <version>', 'v2: AES-128, opens everywhere; v3: XChaCha20, Home Assistant 2026.3 and newer').choices([
        'v2',
        'v3',
      ]),
    )
    .option('--read-back', 'read back all of what was stored, not only a sample')
    .option('--try-anyway', 'also send it where it is likely to be too large: it is stopped when it has passed the limit')
    .option('--no-encryption', 'keep the backup in the clear: who gets the file can read it')
    .action((paths: string[], options: BackupCreateOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-create.js')).createBackup(context, paths, options)),
    );
  withExamples(create, [
    'holdfast backup create ~/documents',
    'holdfast backup create ~/photos --exclude "*.tmp" --name Photos',
    'holdfast backup create --source app=/srv/app --source web=/var/www --to NAS',
    'holdfast backup create ~/documents --encryption v3 --level 9',
    'holdfast backup create /config --preset home-assistant --json',
  ]);
}

function addSend(backup: Command): void {
  const send = backup
    .command('send')
    .description('Copy backups as they are from where they lie to another location')
    .argument('[id]', 'the id, or as much of its start as is unique')
    .requiredOption('--to <location>', 'the location that gets the copy: id or title')
    .option('--from <location>', 'read the copy there: id or title (default: the nearest that is whole)')
    .option('--all', 'every backup, the newest first; what is there already stays as it is')
    .option('--automatic', "every backup that this host's jobs made")
    .option('--newest <number>', 'at most so many, the newest', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--read-back', 'read back all of what was stored, or of what is there already, not only a sample')
    .action((backupId: string | undefined, options: BackupSendOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-send.js')).sendBackups(context, backupId, options)),
    );
  withExamples(send, [
    'holdfast backup send 3f9a01bc --to NAS',
    'holdfast backup send --all --to NAS',
    'holdfast backup send --automatic --newest 10 --to B2 --from NAS',
  ]);
}

function addList(backup: Command): void {
  const list = backup
    .command('list')
    .description('List the backups, newest first')
    .option('--scan', 'also find backup files that others put there (slower)')
    .option('--limit <number>', 'at most so many', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--after <cursor>', 'go on behind a page: its `next`')
    .option('--location <location>', 'only there: id or title (repeatable; default: all)', collect)
    .action((options: BackupListOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/backup-list.js')).listBackups(context, options)),
    );
  withExamples(list, ['holdfast backup list', 'holdfast backup list --limit 10 --json', 'holdfast backup list --scan --location NAS']);
}
