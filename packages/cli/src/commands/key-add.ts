import { type GivenKey, shortFingerprint } from '@holdfast/core';
import { givenKeys, type KeyOptions } from '../keys/given-key.js';
import { commandError } from '../errors.js';
import { askSecret } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { useText } from './key-list.js';

/** Takes in a key of old, from its kit or typed, so that its backups open without asking. */
export async function addKey(context: CommandContext, kit: string | undefined, options: KeyOptions): Promise<undefined> {
  const host = await context.host();
  const { terminal } = context;
  const given = await keyFrom(context, kit, options);
  const added = await host.keys.addFrom(given, { signal: context.signal });
  const document = added.map(({ key, use: { backups, locations } }) => ({
    fingerprint: key.fingerprint,
    short: shortFingerprint(key.fingerprint),
    since: key.since,
    ...(key.until === undefined ? {} : { until: key.until }),
    backups,
    locations,
  }));
  terminal.report({ added: document }, () =>
    added
      .map(({ key, use }) =>
        use.backups === 0
          ? `The key ${shortFingerprint(key.fingerprint)} is kept. It opens no backup that is at the locations now.`
          : `The key ${shortFingerprint(key.fingerprint)} is kept, and opens ${useText(use)}.`,
      )
      .join('\n'),
  );
}

async function keyFrom(context: CommandContext, kit: string | undefined, options: KeyOptions): Promise<GivenKey> {
  if (kit !== undefined) return { file: kit };
  const [given] = await givenKeys(options, process.env, process.stdin);
  if (given !== undefined) return { typed: given };
  if (!context.terminal.interactive) throw commandError('key-missing', { source: 'the command line' });
  return { typed: await askSecret(context, 'Encryption key, as its emergency kit has it') };
}
