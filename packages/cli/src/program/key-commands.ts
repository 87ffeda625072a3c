import type { Command } from 'commander';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeKey(key: Command): void {
  withExamples(key, ['holdfast key fingerprint']);

  const show = key
    .command('show')
    .description('Show the encryption key, after asking')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/key-show.js')).showKey(context)),
    );
  withExamples(show, ['holdfast key show', 'holdfast key show --yes --json']);

  const fingerprint = key
    .command('fingerprint')
    .description('Show which key is in use, without showing the key')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/key-show.js')).showFingerprint(context)),
    );
  withExamples(fingerprint, ['holdfast key fingerprint']);
}
