import type { FlowSummary } from '@holdfast/core';
import { formatDate } from '../output/dates.js';
import { renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';

export interface LocationFlowsOptions {
  readonly cancel?: readonly string[];
}

/** Lists the flows that were broken off and can be gone on with, or forgets those that are named. */
export async function manageFlows(context: CommandContext, options: LocationFlowsOptions): Promise<undefined> {
  if (options.cancel !== undefined) return cancelFlows(context, options.cancel);
  const host = await context.host('shared');
  const flows = await host.flows.list();
  const { colors, width } = context.terminal;
  context.terminal.answer({ flows }, () =>
    flows.length === 0
      ? 'No set-up is open.'
      : renderTable<FlowSummary>(
          [
            { title: 'TOKEN', cell: ({ token }) => token, style: (text) => colors.cyan(text) },
            { title: 'FOR', cell: ({ kind, location }) => (location === undefined ? kind : `${kind} of ${location}`), shrinkTo: 8 },
            { title: 'PROVIDER', cell: ({ provider }) => provider, shrinkTo: 8 },
            { title: 'SINCE', cell: ({ startedAt }) => formatDate(startedAt) },
          ],
          flows,
          { width, colors },
        ),
  );
  if (flows.length > 0) context.terminal.note('Go on with one: holdfast location add --resume TOKEN. They are forgotten after a day.');
}

async function cancelFlows(context: CommandContext, tokens: readonly string[]): Promise<undefined> {
  const host = await context.host();
  for (const token of tokens) await host.flows.cancel(token);
  context.terminal.report({ cancelled: tokens }, () => (tokens.length === 1 ? 'Forgotten.' : `${tokens.length} forgotten.`));
}
