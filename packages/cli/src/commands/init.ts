import { initialiseDataDir, shortFingerprint } from '@holdfast/core';
import { renderFields } from '../output/table.js';
import type { CommandContext } from '../run/context.js';

/** Makes a data directory with an encryption key. One that is there already stays as it is. */
export async function init(context: CommandContext, options: { readonly name?: string }): Promise<undefined> {
  const { dataDir, terminal } = context;
  const { created } = await initialiseDataDir(dataDir, options.name === undefined ? {} : { instanceName: options.name });
  const host = await context.host();
  const key = host.keys.current();
  const { instance } = host;
  terminal.report(
    {
      dataDir,
      created,
      instance,
      ...(key === undefined ? {} : { keyFingerprint: key.fingerprint }),
      kitSaved: host.kit.saved() !== undefined,
    },
    () =>
      [
        created ? terminal.colors.green('Ready to keep backups.') : 'This data directory is there already; it stays as it is.',
        renderFields(
          [
            ['data', dataDir],
            ['instance', instance.name],
            ...(key === undefined ? [] : [['key', `fingerprint ${shortFingerprint(key.fingerprint)}`] as const]),
          ],
          terminal.colors,
          '  ',
        ),
        ...(created
          ? [
              '',
              'Next, where backups go, and what is in them:',
              '  holdfast location add local --path DIR',
              '  holdfast backup create FOLDER',
              'And keep the key outside of this machine:',
              '  holdfast kit save DIR',
            ]
          : []),
      ].join('\n'),
  );
}
