import { type KeyUse, type KeyUses, type SavedKit, shortFingerprint } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

interface KeyRow {
  readonly use: KeyUse;
  readonly since?: string;
  readonly until?: string;
  readonly kit: SavedKit | undefined;
  readonly state: 'current' | 'former' | 'not here';
}

/** Lists the keys by their fingerprints, never the keys themselves, and what each opens. */
export async function listKeys(context: CommandContext): Promise<ExitCode | undefined> {
  const host = await context.host('shared');
  const uses = await host.keys.use({ signal: context.signal });
  const { terminal } = context;
  const rows = rowsOf(uses, (fingerprint) => host.kit.saved(fingerprint));
  terminal.answer(documentOf(rows, uses), () =>
    [
      rows.length === 0
        ? 'There is no key yet: holdfast init'
        : renderTable<KeyRow>(
            [
              { title: 'KEY', cell: ({ use }) => shortFingerprint(use.fingerprint) },
              {
                title: 'STATE',
                cell: ({ state }) => state,
                style: (text, { state }) =>
                  state === 'current' ? terminal.colors.green(text) : state === 'former' ? text : terminal.colors.yellow(text),
              },
              { title: 'FROM', cell: ({ since }) => (since === undefined ? '' : formatDate(since)) },
              { title: 'UNTIL', cell: ({ until }) => (until === undefined ? '' : formatDate(until)) },
              { title: 'KIT', cell: kitCell },
              { title: 'OPENS', cell: ({ use }) => useText(use), shrinkTo: 20 },
            ],
            rows,
            { width: terminal.width, colors: terminal.colors },
          ),
      ...uses.unavailable.map(
        ({ location, error }) => `${safeText(location)} does not answer, its backups are not counted: ${safeText(error.message)}`,
      ),
    ].join('\n'),
  );
  return uses.unavailable.length > 0 ? exitCodes.warnings : undefined;
}

/** `3 at NAS, 2 at Bucket`. */
export function useText({ backups, locations }: KeyUse): string {
  if (backups === 0) return 'no backup';
  return `${formatCount(backups, 'backup')}: ${locations.map((location) => `${location.backups} at ${safeText(location.title)}`).join(', ')}`;
}

function rowsOf({ known, unknown }: KeyUses, kitOf: (fingerprint: string) => SavedKit | undefined): KeyRow[] {
  return [
    ...known.map((use): KeyRow => {
      const { since, until } = use.key;
      const state = until === undefined ? 'current' : 'former';
      return { use, since, ...(until === undefined ? {} : { until }), kit: kitOf(use.fingerprint), state };
    }),
    ...unknown.map((use): KeyRow => {
      const dated = use.oldest === undefined || use.newest === undefined ? {} : { since: use.oldest, until: use.newest };
      return { use, ...dated, kit: undefined, state: 'not here' };
    }),
  ];
}

function kitCell({ kit, state }: KeyRow): string {
  if (state === 'not here') return 'needed';
  if (kit === undefined) return 'never saved';
  return kit.proven === undefined ? `saved ${formatDate(kit.savedAt)}` : `shown ${formatDate(kit.proven.at)}`;
}

function documentOf(rows: readonly KeyRow[], { unavailable }: KeyUses): unknown {
  const keys = rows
    .filter(({ state }) => state !== 'not here')
    .map(({ use, since, until, kit, state }) => ({
      ...described(use),
      state,
      since,
      ...(until === undefined ? {} : { until }),
      kit: kit ?? null,
    }));
  const unknown = rows.filter(({ state }) => state === 'not here').map(({ use }) => described(use));
  return { keys, unknown, unavailable };
}

function described({ fingerprint, backups, locations, oldest, newest }: KeyUse) {
  const dated = oldest === undefined ? {} : { oldest, newest };
  return { fingerprint, short: shortFingerprint(fingerprint), backups, locations, ...dated };
}
