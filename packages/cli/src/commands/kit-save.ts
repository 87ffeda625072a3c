import { resolve } from 'node:path';
import { renderFields } from '../output/table.js';
import type { CommandContext } from '../run/context.js';

export async function saveKit(context: CommandContext, folder: string | undefined): Promise<undefined> {
  const host = await context.host();
  const { textPath, htmlPath } = await host.kit.save(resolve(folder ?? '.'));
  const fingerprint = host.keys.current()?.fingerprint;
  context.terminal.report({ textPath, htmlPath, ...(fingerprint === undefined ? {} : { fingerprint }) }, () =>
    [
      context.terminal.colors.green('The emergency kit is saved.'),
      renderFields(
        [
          ['text', textPath],
          ['to print', htmlPath],
        ],
        context.terminal.colors,
        '  ',
      ),
      'It opens your backups when this machine is gone. Print it, or copy it to a place that is not',
      'this machine; who has it can read the backups, so keep it as you keep a key.',
    ].join('\n'),
  );
}
