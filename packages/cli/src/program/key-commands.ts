import type { Command } from 'commander';
import type { KeyChangeOptions } from '../commands/key-change.js';
import type { KeyOptions } from '../keys/given-key.js';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeKey(key: Command): void {
  withExamples(key, ['holdfast key list', 'holdfast key change --kit /media/usb-stick']);
  addShowing(key);
  addChanging(key);
}

function addShowing(key: Command): void {
  const show = key
    .command('show')
    .description('Show the encryption key, after asking')
    .option('--fingerprint <fingerprint>', 'a former key, by its fingerprint (default: the current one)')
    .action((options: { fingerprint?: string }, command: Command) =>
      perform(command, async (context) => (await import('../commands/key-show.js')).showKey(context, options)),
    );
  withExamples(show, ['holdfast key show', 'holdfast key show --fingerprint 98KH-D9J4', 'holdfast key show --yes --json']);

  const fingerprint = key
    .command('fingerprint')
    .description('Show which key is in use, without showing the key')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/key-show.js')).showFingerprint(context)),
    );
  withExamples(fingerprint, ['holdfast key fingerprint']);

  const list = key
    .command('list')
    .description('List the keys by their fingerprints, and which backups each opens')
    .action((_options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/key-list.js')).listKeys(context)),
    );
  withExamples(list, ['holdfast key list', 'holdfast key list --json']);
}

function addChanging(key: Command): void {
  const change = key
    .command('change')
    .description('Encrypt backups with a new key from now on; old ones stay as they are')
    .option('--kit <dir>', 'save the kit of the new key there')
    .option('--old-kit <dir>', 'save the kit of the key that is left there, before anything is changed')
    .option('--without-kit', 'go ahead though the kit of the key that is left was never saved')
    .action((options: KeyChangeOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/key-change.js')).changeKey(context, options)),
    );
  withExamples(change, [
    'holdfast key change',
    'holdfast key change --kit /media/usb-stick',
    'holdfast key change --old-kit /mnt/safe --kit /mnt/safe --yes',
  ]);

  const add = key
    .command('add')
    .description('Keep a key of old, so that its backups open here without asking')
    .argument('[kit]', 'its saved emergency kit (default: the key is asked for)')
    .option('--key-file <file>', 'the key on the first line of a file')
    .option('--key-stdin', 'the key from standard input (or set HOLDFAST_KEY)')
    .action((kit: string | undefined, options: KeyOptions, command: Command) =>
      perform(command, async (context) => (await import('../commands/key-add.js')).addKey(context, kit, options)),
    );
  withExamples(add, ['holdfast key add', 'holdfast key add /media/usb-stick/kit.txt']);

  const forget = key
    .command('forget')
    .description('Forget a former key for good, after saying what is lost with it')
    .argument('<fingerprint>', 'the fingerprint, as `key list` shows it')
    .action((fingerprint: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/key-forget.js')).forgetKey(context, fingerprint)),
    );
  withExamples(forget, ['holdfast key forget 98KH-D9J4']);
}
