import type { FoundPackage } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';

export async function searchProviders(context: CommandContext, text: string): Promise<undefined> {
  const host = await context.host('shared');
  const packages = await host.packages.search(text, { signal: context.signal });
  const { colors, width } = context.terminal;
  context.terminal.answer({ packages }, () =>
    packages.length === 0
      ? 'The registry has no provider package for that.'
      : renderTable<FoundPackage>(
          [
            { title: 'NAME', cell: ({ name }) => name, style: (cell) => colors.cyan(cell) },
            { title: 'VERSION', cell: ({ version }) => version },
            { title: 'HERE', cell: ({ installed }) => installed ?? '' },
            { title: 'DATE', cell: ({ date }) => (date === undefined ? '' : formatDate(date).slice(0, 10)) },
            { title: 'WHAT', cell: ({ description }) => description ?? '', shrinkTo: 20 },
          ],
          packages,
          { width, colors },
        ),
  );
  if (packages.length > 0) context.terminal.note(`Install one: holdfast provider install ${packages[0]?.name ?? 'NAME'}`);
}
