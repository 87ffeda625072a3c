import { safeText } from '../output/safe-text.js';
import { renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';
import { describeLocation } from './describe-location.js';

export async function listLocations(context: CommandContext): Promise<undefined> {
  const host = await context.host('shared');
  const locations = host.locations.list().map((record) => describeLocation(host, record));
  const { colors, width } = context.terminal;
  context.terminal.answer({ locations }, () =>
    locations.length === 0
      ? 'There are no locations yet. Add one: holdfast location add local --path DIR'
      : renderTable(
          [
            { title: 'ID', cell: ({ id }) => id, style: (text) => colors.cyan(text) },
            { title: 'TITLE', cell: ({ title }) => title, shrinkTo: 12, style: (text) => colors.bold(text) },
            { title: 'PROVIDER', cell: ({ provider }) => provider, shrinkTo: 8 },
            { title: 'PLACE', cell: ({ place }) => place, shrinkTo: 20 },
          ],
          locations,
          { width, colors },
        ),
  );
  for (const { id, title, needsReauth } of locations)
    if (needsReauth)
      context.terminal.note(
        `${context.terminal.noteColors.yellow('!')} ${safeText(title)} lacks its secrets. Enter them: holdfast location reauth ${id}`,
      );
}
