import type { Host, LocationRecord } from '@holdfast/core';
import { checkLocation } from '@holdfast/provider-kit';
import { safeText } from '../output/safe-text.js';
import type { CommandContext } from '../run/context.js';
import type { ThoroughCheck } from './thorough-lines.js';

const clearLine = '\r\u001b[2K';

/** Tries on a location what its provider promises, in a folder of its own there. Cancelled, it says what it has found so far. */
export async function checkThoroughly(context: CommandContext, host: Host, { id, title }: LocationRecord): Promise<ThoroughCheck> {
  const { terminal, signal } = context;
  const location = await host.locations.open(id);
  const shows = terminal.interactive && !terminal.settings.quiet;
  const show = (text: string): void => void (shows && process.stderr.write(clearLine + text));
  try {
    const { results } = await checkLocation(location, {
      title,
      signal,
      onCheck: (check, number, total) =>
        show(terminal.noteColors.dim(`${safeText(title)}: ${number} of ${total}  ${check.title}`.slice(0, process.stderr.columns - 1))),
    });
    const count = (state: string): number => results.filter((result) => result.state === state).length;
    return {
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      results: results.map(({ area: _, ...result }) => result),
    };
  } finally {
    show('');
  }
}
