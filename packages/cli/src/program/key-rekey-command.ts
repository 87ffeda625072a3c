import type { Command } from 'commander';
import type { BackupRekeyOptions } from '../commands/backup-rekey.js';
import { withExamples } from './command-help.js';
import { withKeyOptions } from './key-options.js';
import { perform } from './perform.js';

/** `backup rekey`. */
export function addRekey(backup: Command): void {
  const rekey = withKeyOptions(
    backup
      .command('rekey')
      .description('Encrypt old backups anew with the current key')
      .argument('[id]', 'the id, or as much of its start as is unique')
      .option('--all', 'all backups of this host that have another key')
      .option('--key <fingerprint>', 'only those of that key, by its fingerprint')
      .option('--without-kit', 'go ahead though the kit of the current key was never saved'),
  ).action((id: string | undefined, options: BackupRekeyOptions, command: Command) =>
    perform(command, async (context) => (await import('../commands/backup-rekey.js')).rekeyBackups(context, id, options)),
  );
  withExamples(rekey, ['holdfast backup rekey 3f9a01bc', 'holdfast backup rekey --all --key 98KH-D9J4 --yes']);
}
