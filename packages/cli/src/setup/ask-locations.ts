import type { Host } from '@holdfast/core';
import { runFlow } from '../flow/run-flow.js';
import { noticeLines } from '../output/notice-lines.js';
import { reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import { askChoice, askYesNo } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';

/** Asks for places until there is one at least and no other is wanted. Those that are there already count. */
export async function askLocations(context: CommandContext, host: Host): Promise<void> {
  const { terminal } = context;
  for (const { title } of host.locations.list()) terminal.note(`  ${safeText(title)} is there already`);
  while (host.locations.list().length === 0 || (await wantsAnother(context))) {
    const types = host.providers.types();
    const choices = types.map(({ id, label, description }) => ({
      value: id,
      label: safeText(label),
      ...(description === undefined ? {} : { hint: safeText(description) }),
    }));
    const provider = await askChoice(context, 'Where shall backups go?', choices, 'local');
    await addLocation(context, host, provider);
  }
}

/** What goes wrong here must not end the set-up: another place may do. */
async function addLocation(context: CommandContext, host: Host, provider: string): Promise<void> {
  const { terminal, signal } = context;
  try {
    const first = await host.flows.start({ kind: 'setup', provider }, { signal });
    const given = { options: {}, set: [], files: {}, provider, environment: process.env };
    const { location, notices } = await runFlow(context, host, first, { given, resumed: false });
    terminal.note(`  ${terminal.noteColors.green('Added')} ${safeText(location.title)}`);
    for (const line of noticeLines(notices, terminal.noteColors)) terminal.note(line);
  } catch (error) {
    const { code, message, remedy } = reportOf(error);
    if (code === 'cancelled' || signal.aborted) throw error;
    terminal.warn(`${terminal.noteColors.red('!')} ${safeText(message)} ${safeText(remedy)}`);
  }
}

async function wantsAnother(context: CommandContext): Promise<boolean> {
  return askYesNo(context, 'Another place as well? Two are safer than one, best with one of them elsewhere.', false);
}
