import type { Host, Issue } from '@holdfast/core';
import { commandError } from '../errors.js';
import { formatDate } from '../output/dates.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

export interface IssuesOptions {
  /** Also asks the locations. */
  readonly locations?: boolean;
}

/** Says what needs a hand. The exit code tells a monitor. */
export async function listIssues(context: CommandContext, { locations = false }: IssuesOptions): Promise<ExitCode> {
  const host = await context.host('shared');
  const issues = await currentIssues(context, host, locations);
  context.terminal.answer({ issues }, () =>
    issues.length === 0 ? 'Nothing needs a hand.' : issues.map((issue) => lines(context, issue).join('\n')).join('\n\n'),
  );
  return exitCodeFor(issues);
}

/** Shows one issue, by its id or its code. */
export async function showIssue(context: CommandContext, id: string): Promise<ExitCode> {
  const host = await context.host('shared');
  const issues = findIssues(await currentIssues(context, host, false), id);
  const { colors } = context.terminal;
  context.terminal.answer({ issues }, () =>
    issues
      .flatMap((issue) => [
        ...lines(context, issue),
        colors.dim(`since ${formatDate(issue.raisedAt)}, last seen ${formatDate(issue.updatedAt)}, ${issue.times} times`),
      ])
      .join('\n'),
  );
  return exitCodeFor(issues);
}

/** The issues of that id, else of that code. @throws `unknown-issue` */
export function findIssues(all: readonly Issue[], id: string): readonly [Issue, ...Issue[]] {
  const [first, ...more] = all.filter((issue) => issue.id === id || issue.code === id);
  if (first !== undefined) return [first, ...more];
  const known = all.length === 0 ? 'There are none now: what is cured is gone.' : `There are: ${all.map((issue) => issue.id).join(', ')}.`;
  throw commandError('unknown-issue', { id, known });
}

/** All that are open, after a look at what can be seen. Where nothing can be written down, those that are known. */
async function currentIssues({ signal, terminal }: CommandContext, host: Host, locations: boolean): Promise<readonly Issue[]> {
  try {
    return await host.checkUp({ locations, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    terminal.note(`${terminal.noteColors.yellow('!')} These may be out of date: ${error instanceof Error ? safeText(error.message) : ''}`);
    return host.issues.list();
  }
}

function lines({ terminal: { colors } }: CommandContext, { id, severity, message, remedy, fix }: Issue): string[] {
  const mark = severity === 'error' ? colors.red(severity) : colors.yellow(severity);
  const cure = fix?.by === 'holdfast' ? [colors.dim(`holdfast issues fix ${safeText(id)}`)] : [];
  return [`${mark}  ${colors.cyan(safeText(id))}`, safeText(message), safeText(remedy), ...cure];
}

export function exitCodeFor(issues: readonly Issue[]): ExitCode {
  if (issues.some(({ severity }) => severity === 'error')) return exitCodes.failure;
  return issues.length > 0 ? exitCodes.warnings : exitCodes.success;
}
