import type { Command } from 'commander';
import { withExamples } from './command-help.js';
import { perform } from './perform.js';

export function completeKit(kit: Command): void {
  withExamples(kit, ['holdfast kit save /media/usb-stick']);
  const save = kit
    .command('save')
    .description('Save the emergency kit: a text file and a page to print')
    .argument('[dir]', 'the folder to save it to (default: the current one)')
    .action((folder: string | undefined, _options: unknown, command: Command) =>
      perform(command, async (context) => (await import('../commands/kit-save.js')).saveKit(context, folder)),
    );
  withExamples(save, ['holdfast kit save /media/usb-stick', 'holdfast kit save']);
}
