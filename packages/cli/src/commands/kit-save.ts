import { resolve } from 'node:path';
import { requireFingerprint } from '../keys/named-key.js';
import { renderFields } from '../output/table.js';
import type { CommandContext } from '../run/context.js';

export async function saveKit(
  context: CommandContext,
  folder: string | undefined,
  options: { readonly fingerprint?: string },
): Promise<undefined> {
  const host = await context.host();
  const named = options.fingerprint === undefined ? undefined : host.keys.find(requireFingerprint(options.fingerprint)).fingerprint;
  const { textPath, htmlPath } = await host.kit.save(resolve(folder ?? '.'), {
    signal: context.signal,
    ...(named === undefined ? {} : { fingerprint: named }),
  });
  const fingerprint = named ?? host.keys.current()?.fingerprint;
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
      'Where you keep it, see that it is the right one: holdfast kit check FILE',
    ].join('\n'),
  );
}
