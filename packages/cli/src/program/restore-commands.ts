import type { Command } from 'commander';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

const folderHelp = 'the folder, as it was named when restoring';

/** `restore status|confirm|undo`: what became of a `backup restore --replace`. */
export function completeRestore(restore: Command): void {
  withExamples(restore, ['holdfast restore status', 'holdfast restore confirm /srv/app']);

  const status = restore
    .command('status')
    .description('List the restores whose former state is kept; finishes or takes back one that was broken off')
    .argument('[dir]', `${folderHelp} (default: all that this data directory knows of)`)
    .action((folder: string | undefined, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/restore-kept.js')).showRestores(context, folder)),
    );
  withExamples(status, ['holdfast restore status', 'holdfast restore status /srv/app --json']);

  const confirm = restore
    .command('confirm')
    .description('Keep what was restored, and delete what was there before')
    .argument('<dir>', folderHelp)
    .action((folder: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/restore-kept.js')).confirmRestore(context, folder)),
    );
  withExamples(confirm, ['holdfast restore confirm /srv/app', 'holdfast restore confirm /srv/app --yes']);

  const undo = restore
    .command('undo')
    .description('Put back what was there before, and delete what was restored')
    .argument('<dir>', folderHelp)
    .action((folder: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/restore-kept.js')).undoRestore(context, folder)),
    );
  withExamples(undo, ['holdfast restore undo /srv/app', 'holdfast restore undo /srv/app --yes']);
}
