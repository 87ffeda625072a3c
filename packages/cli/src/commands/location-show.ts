import type { Host, Notice, Usage } from '@holdfast/core';
import { noticeLines } from '../output/notice-lines.js';
import { formatBytes } from '../output/quantities.js';
import { renderFields } from '../output/table.js';
import type { CommandContext } from '../run/context.js';
import { describeLocation } from './describe-location.js';

export async function showLocation(context: CommandContext, idOrTitle: string): Promise<undefined> {
  const host = await context.host('shared');
  const location = describeLocation(host, host.locations.get(idOrTitle));
  const usage = await host.locations.usage(location.id, { signal: context.signal }).catch(() => undefined);
  const notices = await noticesOf(host, location.id);
  const more = { ...(usage === undefined ? {} : { usage }), ...(notices.length === 0 ? {} : { notices }) };
  context.terminal.answer({ location: { ...location, ...more } }, () => {
    const fields = renderFields(
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
    );
    return [fields, ...noticeLines(notices, context.terminal.colors)].join('\n');
  });
}

/** What its provider said when it was last checked. */
async function noticesOf(host: Host, id: string): Promise<Notice[]> {
  const issues = await host.issues.list();
  return issues
    .filter(({ code, location }) => code === 'location-notice' && location?.id === id)
    .map(({ about = '', details, message }) => ({ id: about, message: String(details['notice'] ?? message) }));
}

function usageFields(usage: Usage | undefined): [string, string][] {
  const amounts = [
    ['used', usage?.used],
    ['free', usage?.free],
    ['total', usage?.total],
  ] as const;
  return amounts.flatMap(([label, bytes]) => (bytes === undefined ? [] : [[label, formatBytes(bytes)]]));
}
