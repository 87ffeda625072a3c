import type { Issue } from '@holdfast/core';
import { commandError } from '../errors.js';
import { formatDate } from '../output/dates.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

/** Says what needs a hand. The exit code tells a monitor. */
export async function listIssues(context: CommandContext): Promise<ExitCode> {
  const host = await context.host('shared');
  const issues = await host.issues.list();
  context.terminal.answer({ issues }, () =>
    issues.length === 0 ? 'Nothing needs a hand.' : issues.map((issue) => lines(context, issue).join('\n')).join('\n\n'),
  );
  return exitCodeFor(issues);
}

/** Shows one issue, by its id or its code. */
export async function showIssue(context: CommandContext, id: string): Promise<ExitCode> {
  const host = await context.host('shared');
  const all = await host.issues.list();
  const issues = all.filter((issue) => issue.id === id || issue.code === id);
  if (issues.length === 0) {
    const known =
      all.length === 0 ? 'There are none now: what is cured is gone.' : `There are: ${all.map((issue) => issue.id).join(', ')}.`;
    throw commandError('unknown-issue', { id, known });
  }
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

function lines({ terminal: { colors } }: CommandContext, { id, severity, message, remedy }: Issue): string[] {
  const mark = severity === 'error' ? colors.red(severity) : colors.yellow(severity);
  return [`${mark}  ${colors.cyan(safeText(id))}`, safeText(message), safeText(remedy)];
}

function exitCodeFor(issues: readonly Issue[]): ExitCode {
  if (issues.some(({ severity }) => severity === 'error')) return exitCodes.failure;
  return issues.length > 0 ? exitCodes.warnings : exitCodes.success;
}
