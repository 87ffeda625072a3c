import type { Host, LocationRecord, Notice } from '@holdfast/core';
import { type ErrorReport, reportOf } from '../output/error-report.js';
import { noticeLines } from '../output/notice-lines.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { type ThoroughCheck, thoroughLines } from './thorough-lines.js';

export interface LocationCheckOptions {
  readonly thorough?: boolean;
}

/** How the check of one location came out, as `--json` shows it. */
interface LocationCheck {
  readonly id: string;
  readonly title: string;
  readonly ok: boolean;
  readonly notices?: readonly Notice[];
  readonly thorough?: ThoroughCheck;
  readonly error?: Pick<ErrorReport, 'code' | 'message' | 'remedy'>;
}

/** Proves of locations that they can be read, written, listed and deleted from; `thorough`, that they keep to all that a backup relies on. */
export async function checkLocations(
  context: CommandContext,
  chosen: readonly string[],
  { thorough = false }: LocationCheckOptions,
): Promise<ExitCode> {
  const host = await context.host('shared');
  const records = chosen.length === 0 ? host.locations.list() : chosen.map((idOrTitle) => host.locations.get(idOrTitle));
  const checks = thorough
    ? await oneByOne(context, host, records)
    : await Promise.all(records.map((record) => check(context, host, record)));
  context.terminal.answer({ checks }, () =>
    checks.length === 0
      ? 'There are no locations yet. Add one: holdfast location add local --path DIR'
      : checks.flatMap((done) => describe(context, done)).join('\n'),
  );
  if (context.signal.aborted) return exitCodes.cancelled;
  return checks.every(({ ok }) => ok) ? exitCodes.success : exitCodes.failure;
}

async function check({ signal }: CommandContext, { locations }: Host, { id, title }: LocationRecord): Promise<LocationCheck> {
  try {
    const notices = await locations.check(id, { signal });
    return { id, title, ok: true, ...(notices.length === 0 ? {} : { notices }) };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, remedy } = reportOf(error);
    return { id, title, ok: false, error: { code, message, remedy } };
  }
}

/** At the same time they would slow each other down, and a check has a limit of time. */
async function oneByOne(context: CommandContext, host: Host, records: readonly LocationRecord[]): Promise<readonly LocationCheck[]> {
  const { checkThoroughly } = await import('./check-thoroughly.js');
  const checks: LocationCheck[] = [];
  for (const record of records) {
    if (context.signal.aborted) break;
    const plain = await check(context, host, record);
    if (!plain.ok) checks.push(plain);
    else {
      const thorough = await checkThoroughly(context, host, record);
      checks.push({ ...plain, ok: thorough.failed === 0, thorough });
    }
  }
  return checks;
}

function describe({ terminal: { colors } }: CommandContext, { ok, title, notices = [], thorough, error }: LocationCheck): string[] {
  const indent = ' '.repeat('failed  '.length);
  const name = colors.bold(safeText(title));
  const more = noticeLines(notices, colors).map((line) => indent + line);
  if (error !== undefined) return [`${colors.red('failed')}  ${name}: ${safeText(error.message)}`, `${indent}${safeText(error.remedy)}`];
  const state = ok ? `${colors.green('ok')}      ` : `${colors.red('failed')}  `;
  return [state + name, ...more, ...(thorough === undefined ? [] : thoroughLines(thorough, colors).map((line) => indent + line))];
}
