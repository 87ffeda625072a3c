import { resolve } from 'node:path';
import { type KitCheck, shortFingerprint, type UnopenedCopy } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';
import { renderFields, renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

interface CopyRow {
  readonly id: string;
  readonly name: string;
  readonly date: string;
  readonly location: string;
  readonly verdict: 'opened' | 'same key' | 'other key' | 'failed';
}

/** Says which backups a saved kit opens, now and not on the bad day. Exit code: 0 all, 3 some, 1 none. */
export async function checkKit(context: CommandContext, file: string): Promise<ExitCode> {
  const host = await context.host('shared');
  const { terminal } = context;
  const { colors } = terminal;
  const check = await host.kit.check(resolve(file), { signal: context.signal });
  const code = exitCodeFor(check);
  terminal.answer({ ...check, opensAll: code === exitCodes.success }, () =>
    [
      renderFields(
        [
          ['kit', check.file],
          ['key', `${check.fingerprint === undefined ? 'without a fingerprint' : shortFingerprint(check.fingerprint)}, ${whose(check)}`],
          ...(check.since === undefined
            ? []
            : [
                ['used', `from ${formatDate(check.since)}${check.until === undefined ? ' on' : ` to ${formatDate(check.until)}`}`] as const,
              ]),
          ...(check.createdAt === undefined ? [] : [['made', formatDate(check.createdAt)] as const]),
        ],
        colors,
      ),
      ...(check.intact === false
        ? [colors.red('The key in it is not the one of its fingerprint: a character was lost. Save a new kit: holdfast kit save DIR')]
        : []),
      '',
      ...(check.opens.length + check.others.length === 0
        ? ['There is no encrypted backup at the locations yet.']
        : [table(context, check), '']),
      summary(check),
      ...check.unavailable.map(
        ({ location, error }) => `${safeText(location)} does not answer, so its backups were not tried: ${safeText(error.message)}`,
      ),
    ].join('\n'),
  );
  return code;
}

export function exitCodeFor({ opens, others, unavailable, intact, key }: KitCheck): ExitCode {
  if (opens.length === 0)
    return others.length > 0 || intact === false || key === 'unknown' ? exitCodes.failure : unavailableCode(unavailable);
  return others.length > 0 ? exitCodes.warnings : unavailableCode(unavailable);
}

function unavailableCode(unavailable: KitCheck['unavailable']): ExitCode {
  return unavailable.length > 0 ? exitCodes.warnings : exitCodes.success;
}

function whose({ key }: KitCheck): string {
  if (key === 'unknown') return 'not known to this host';
  return key === 'current' ? 'the current one' : 'a former one';
}

function table({ terminal }: CommandContext, { opens, others }: KitCheck): string {
  const { colors } = terminal;
  const rows: CopyRow[] = [
    ...opens.map(({ id, name, date, location, how }) => ({
      id,
      name,
      date,
      location,
      verdict: how === 'opened' ? ('opened' as const) : ('same key' as const),
    })),
    ...others.map((copy) => ({ ...copy, verdict: verdictOf(copy) })),
  ].sort((one, other) => (one.date < other.date ? 1 : one.date > other.date ? -1 : 0));
  return renderTable<CopyRow>(
    [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'DATE', cell: ({ date }) => formatDate(date) },
      { title: 'NAME', cell: ({ name }) => name, shrinkTo: 16 },
      { title: 'AT', cell: ({ location }) => location, shrinkTo: 10 },
      {
        title: 'WITH THIS KIT',
        cell: ({ verdict }) => verdict,
        style: (text, { verdict }) => (verdict === 'failed' || verdict === 'other key' ? colors.yellow(text) : colors.green(text)),
      },
    ],
    rows,
    { width: terminal.width, colors },
  );
}

function verdictOf({ error }: UnopenedCopy): CopyRow['verdict'] {
  return error === undefined ? 'other key' : 'failed';
}

function summary({ opens, others, plain }: KitCheck): string {
  const lines = [
    `It opens ${opens.length} of ${formatCount(opens.length + others.length, 'encrypted copy', 'encrypted copies')}.`,
    ...(plain > 0 ? [`${formatCount(plain, 'copy is', 'copies are')} not encrypted, and need no key.`] : []),
    ...others.flatMap(({ id, location, error }) =>
      error === undefined ? [] : `${id} at ${safeText(location)}: ${safeText(error.message)}`,
    ),
  ];
  return lines.join('\n');
}
