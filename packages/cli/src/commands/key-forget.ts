import { type KeyUses, shortFingerprint } from '@holdfast/core';
import { keyNamed } from '../keys/named-key.js';
import { formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { useText } from './key-list.js';

/** Forgets a former key for good, after saying what will be lost with it. */
export async function forgetKey(context: CommandContext, named: string): Promise<undefined> {
  const host = await context.host();
  const { terminal } = context;
  const { fingerprint, until } = keyNamed(host, named);
  const short = shortFingerprint(fingerprint);
  // What is refused anyway isn't asked about.
  if (until === undefined) await host.keys.forget(fingerprint);
  const uses = await host.keys.use({ signal: context.signal });
  const use = uses.known.find((known) => known.fingerprint === fingerprint) ?? { fingerprint, backups: 0, locations: [] };
  const kit = host.kit.saved(fingerprint);
  const losses = [
    use.backups === 0 ? `No backup that is there now needs the key ${short}.` : `The key ${short} opens ${useText(use)}.`,
    ...unasked(uses),
    ...(use.backups === 0 && uses.unavailable.length === 0
      ? []
      : [
          kit === undefined
            ? 'Its kit was never saved, so they can never be opened again.'
            : `They can then be opened with its kit only (${safeText(kit.place)}).`,
        ]),
  ];
  if (terminal.interactive || context.yes) for (const line of losses) terminal.note(terminal.noteColors.yellow(line));
  await confirm(context, `${terminal.interactive ? '' : `${losses.join(' ')} `}Forget the key ${short}?`);
  await host.keys.forget(fingerprint);
  const { backups, locations } = use;
  terminal.report({ forgotten: { fingerprint, short, backups, locations, kit: kit ?? null }, unavailable: uses.unavailable }, () =>
    [
      `The key ${short} is forgotten.`,
      ...(backups === 0
        ? []
        : [`${formatCount(backups, 'backup')} of it can be opened here no more, unless it is added again: holdfast key add`]),
    ].join('\n'),
  );
}

function unasked({ unavailable }: KeyUses): string[] {
  if (unavailable.length === 0) return [];
  return [
    `Not asked, since they don't answer: ${unavailable.map(({ location }) => safeText(location)).join(', ')}. There may be more of its backups there.`,
  ];
}
