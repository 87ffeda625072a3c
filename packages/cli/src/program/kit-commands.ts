import type { Command } from 'commander';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeKit(kit: Command): void {
  withExamples(kit, ['holdfast kit save /media/usb-stick', 'holdfast kit check /media/usb-stick/kit.txt']);
  const save = kit
    .command('save')
    .description('Save the emergency kit: a text file and a page to print')
    .argument('[dir]', 'the folder to save it to (default: the current one)')
    .option('--fingerprint <fingerprint>', 'the kit of a former key (default: of the current one)')
    .action((folder: string | undefined, options: { fingerprint?: string }, command: Command) =>
      perform(command, async (context) => (await import('../commands/kit-save.js')).saveKit(context, folder, options)),
    );
  withExamples(save, ['holdfast kit save /media/usb-stick', 'holdfast kit save --fingerprint 98KH-D9J4']);

  const check = kit
    .command('check')
    .description('Say which of the backups a saved kit opens: now, and not on the bad day')
    .argument('<file>', 'a saved kit, the text or the page')
    .action((file: string, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/kit-check.js')).checkKit(context, file)),
    );
  withExamples(check, ['holdfast kit check /media/usb-stick/kit.txt', 'holdfast kit check kit.html --json']);

  const confirm = kit
    .command('confirm')
    .description('Show that the kit was really saved: by its file, or by a part of the key')
    .argument('[file]', 'the saved kit (default: a part of the key is asked for)')
    .option('--fingerprint <fingerprint>', 'the kit of a former key (default: of the current one)')
    .action((file: string | undefined, options: { fingerprint?: string }, command: Command) =>
      perform(command, async (context) => (await import('../commands/kit-confirm.js')).confirmKit(context, file, options)),
    );
  withExamples(confirm, ['holdfast kit confirm', 'holdfast kit confirm /media/usb-stick/kit.txt']);
}
