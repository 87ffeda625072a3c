import { safeText } from '../output/safe-text.js';
import { renderFields, renderTable } from '../output/table.js';
import { formatDate } from '../output/dates.js';
import type { CommandContext } from '../run/context.js';
import { type ExitCode, exitCodes } from '../run/exit-codes.js';
import { describeDelivery, describeTarget, describeTopics } from './describe-notification.js';

/** Exits with 3 where something does not arrive. */
export async function listNotifications(context: CommandContext): Promise<ExitCode> {
  const host = await context.host('shared');
  const notifications = await host.notifications.list();
  const { colors, width } = context.terminal;
  context.terminal.answer({ notifications }, () =>
    notifications.length === 0
      ? 'Nobody is told anything yet. See: holdfast notification add --help'
      : renderTable(
          [
            { title: 'ID', cell: ({ id }) => id, style: (text) => colors.cyan(text) },
            { title: 'TITLE', cell: ({ title }) => title, shrinkTo: 12, style: (text) => colors.bold(text) },
            { title: 'TELLS', cell: describeTopics, shrinkTo: 12 },
            { title: 'TO', cell: ({ target }) => describeTarget(target), shrinkTo: 16 },
            {
              title: 'DELIVERY',
              cell: describeDelivery,
              shrinkTo: 16,
              style: (text, { delivery }) => (delivery.error === undefined ? text : colors.red(text)),
            },
          ],
          notifications,
          { width, colors },
        ),
  );
  return notifications.some(({ enabled, delivery }) => enabled && delivery.error !== undefined) ? exitCodes.warnings : exitCodes.success;
}

export async function showNotification(context: CommandContext, idOrTitle: string): Promise<undefined> {
  const host = await context.host('shared');
  const notification = await host.notifications.get(idOrTitle);
  const { colors } = context.terminal;
  context.terminal.answer({ notification }, () => {
    const { id, title, target, topics, details, caFile, delivery } = notification;
    const optional: (readonly [string, string])[] = [
      ...(target.type === 'email'
        ? [['from', target.from] as const, ['log-in', target.user ?? 'none'] as const, ['security', target.security] as const]
        : []),
      ...(target.type === 'command' ? [['time limit', `${target.timeLimit} s`] as const] : []),
      ...(caFile === undefined ? [] : [['also trusted', caFile] as const]),
      ...(delivery.nextAttempt === undefined ? [] : [['tried again', formatDate(delivery.nextAttempt)] as const]),
    ];
    return renderFields(
      [
        ['id', id],
        ['title', title],
        ['to', describeTarget(target)],
        ['tells', describeTopics(notification)],
        ...(target.type === 'ping'
          ? []
          : [['when solved', topics.resolved ? 'yes' : 'no'] as const, ['details', details ? 'yes' : 'no'] as const]),
        ...optional,
        ['delivery', describeDelivery(notification)],
      ],
      colors,
    );
  });
}

export async function testNotification(context: CommandContext, idOrTitle: string): Promise<undefined> {
  const host = await context.host('shared');
  await host.notifications.test(idOrTitle, { signal: context.signal });
  const { id, title } = await host.notifications.get(idOrTitle);
  context.terminal.report({ tested: { id, title } }, () => `${context.terminal.colors.green('Sent')} a test by ${safeText(title)}.`);
}
