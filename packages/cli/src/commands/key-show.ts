import { type Host, shortFingerprint, type StoredKey } from '@holdfast/core';
import { keyNamed } from '../keys/named-key.js';
import { formatDate } from '../output/dates.js';
import { renderFields } from '../output/table.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { commandError } from '../errors.js';

/** Shows the current key, or a former one, after asking: someone may look over the shoulder. */
export async function showKey(context: CommandContext, options: { readonly fingerprint?: string }): Promise<undefined> {
  const host = await context.host('shared');
  const { key, fingerprint, since, until } = options.fingerprint === undefined ? currentKey(host) : keyNamed(host, options.fingerprint);
  await confirm(context, 'Show the encryption key on this screen? Who has it can read all backups of it.');
  context.terminal.answer({ key, fingerprint, since, ...(until === undefined ? {} : { until }) }, () =>
    renderFields(
      [
        ['key', key],
        ['fingerprint', shortFingerprint(fingerprint)],
        ['since', formatDate(since)],
        ...(until === undefined ? [] : [['until', formatDate(until)] as const]),
      ],
      context.terminal.colors,
    ),
  );
}

/** Shows which key it is without showing the key. */
export async function showFingerprint(context: CommandContext): Promise<undefined> {
  const host = await context.host('shared');
  const { fingerprint, since } = currentKey(host);
  const short = shortFingerprint(fingerprint);
  context.terminal.answer({ fingerprint, short, since, kitSaved: host.kit.saved() !== undefined }, () => short);
}

/** @throws `no-key` */
export function currentKey(host: Host): StoredKey {
  const key = host.keys.current();
  if (key === undefined) throw commandError('no-key', { dataDir: host.dataDir });
  return key;
}
