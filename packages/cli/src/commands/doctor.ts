import type { Finding } from '@holdfast/core';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

/** Looks at everything that backups depend on, and says what needs a hand. */
export async function doctor(context: CommandContext): Promise<ExitCode> {
  const host = await context.host('shared');
  const findings = await host.doctor({ signal: context.signal });
  const { colors } = context.terminal;
  const marks: Readonly<Record<Finding['severity'], string>> = {
    ok: colors.green('ok'),
    warning: colors.yellow('warning'),
    error: colors.red('error'),
  };
  const width = 'warning'.length;
  context.terminal.answer({ findings }, () =>
    findings
      .flatMap(({ severity, subject, message, remedy }) => [
        `${marks[severity]}${' '.repeat(width - severity.length)}  ${colors.bold(safeText(subject))}: ${safeText(message)}`,
        ...(severity === 'ok' || remedy === undefined || remedy === '' ? [] : [`${' '.repeat(width + 2)}${safeText(remedy)}`]),
      ])
      .join('\n'),
  );
  if (findings.some(({ severity }) => severity === 'error')) return exitCodes.failure;
  return findings.some(({ severity }) => severity === 'warning') ? exitCodes.warnings : exitCodes.success;
}
