import { reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';

/** Proves of locations that they can be read, written, listed and deleted from. */
export async function checkLocations(context: CommandContext, chosen: readonly string[]): Promise<ExitCode> {
  const host = await context.host('shared');
  const records = chosen.length === 0 ? host.locations.list() : chosen.map((idOrTitle) => host.locations.get(idOrTitle));
  const checks = await Promise.all(
    records.map(async ({ id, title }) => {
      try {
        await host.locations.check(id, { signal: context.signal });
        return { id, title, ok: true as const };
      } catch (error) {
        context.signal.throwIfAborted();
        const { code, message, remedy } = reportOf(error);
        return { id, title, ok: false as const, error: { code, message, remedy } };
      }
    }),
  );
  const { colors } = context.terminal;
  context.terminal.answer({ checks }, () =>
    checks.length === 0
      ? 'There are no locations yet. Add one: holdfast location add local --path DIR'
      : checks
          .map((check) => {
            const title = colors.bold(safeText(check.title));
            if (check.ok) return `${colors.green('ok')}      ${title}`;
            return `${colors.red('failed')}  ${title}: ${safeText(check.error.message)}\n        ${safeText(check.error.remedy)}`;
          })
          .join('\n'),
  );
  return checks.every(({ ok }) => ok) ? exitCodes.success : exitCodes.failure;
}
