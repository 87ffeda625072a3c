import type { RuntimeStatus } from '@holdfast/core';
import { formatBytes } from '../output/quantities.js';
import { renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';

/** How the providers' code is doing: in this process, and in those of other commands that run now or ran last. */
export async function showRunning(context: CommandContext): Promise<undefined> {
  const host = await context.host('shared');
  const running = await host.running();
  const { colors, width } = context.terminal;
  const styles: Partial<Record<RuntimeStatus['state'], (text: string) => string>> = {
    running: colors.green,
    unresponsive: colors.yellow,
    waiting: colors.yellow,
    stopped: colors.red,
  };
  context.terminal.answer({ running }, () =>
    running.length === 0
      ? 'No provider has run here yet.'
      : renderTable<RuntimeStatus>(
          [
            { title: 'PACKAGE', cell: (status) => status.package, shrinkTo: 12, style: (text) => colors.bold(text) },
            { title: 'VERSION', cell: ({ version }) => version },
            { title: 'STATE', cell: ({ state }) => state, style: (text, { state }) => styles[state]?.(text) ?? text },
            { title: 'LOAD', cell: ({ timing }) => milliseconds(timing?.load), align: 'right' },
            { title: 'ACTIVATE', cell: ({ timing }) => milliseconds(timing?.activate), align: 'right' },
            { title: 'FOR', cell: ({ reason }) => reason ?? '', shrinkTo: 5 },
            { title: 'MEMORY', cell: ({ memory }) => (memory === undefined ? '' : formatBytes(memory)), align: 'right' },
            { title: 'CALLS', cell: ({ requests }) => String(requests), align: 'right' },
            { title: 'RESTARTS', cell: ({ restarts }) => String(restarts), align: 'right' },
            { title: 'LAST ERROR', cell: ({ lastError }) => lastError?.message ?? '', shrinkTo: 10 },
          ],
          running,
          { width, colors },
        ),
  );
}

function milliseconds(time: number | undefined): string {
  return time === undefined ? '' : `${Math.round(time)} ms`;
}
