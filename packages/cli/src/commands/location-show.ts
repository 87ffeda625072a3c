import type { Usage } from '@holdfast/core';
import { formatBytes } from '../output/quantities.js';
import { renderFields } from '../output/table.js';
import type { CommandContext } from '../run/context.js';
import { describeLocation } from './describe-location.js';

export async function showLocation(context: CommandContext, idOrTitle: string): Promise<undefined> {
  const host = await context.host('shared');
  const location = describeLocation(host, host.locations.get(idOrTitle));
  const usage = await host.locations.usage(location.id, { signal: context.signal }).catch(() => undefined);
  context.terminal.answer({ location: { ...location, ...(usage === undefined ? {} : { usage }) } }, () =>
    renderFields(
      [
        ['id', location.id],
        ['title', location.title],
        ['provider', location.provider],
        ['place', location.place],
        ...Object.entries(location.config).map(([name, value]): [string, string] => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
        ...usageFields(usage),
      ],
      context.terminal.colors,
    ),
  );
}

function usageFields(usage: Usage | undefined): [string, string][] {
  const amounts = [
    ['used', usage?.used],
    ['free', usage?.free],
    ['total', usage?.total],
  ] as const;
  return amounts.flatMap(([label, bytes]) => (bytes === undefined ? [] : [[label, formatBytes(bytes)]]));
}
