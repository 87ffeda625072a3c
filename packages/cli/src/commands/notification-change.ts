import type { NotificationStatus, NotificationTarget } from '@holdfast/core';
import { safeText } from '../output/safe-text.js';
import { confirm } from '../prompts/ask.js';
import type { CommandContext } from '../run/context.js';
import { describeTarget } from './describe-notification.js';
import { commonSettings, type NotificationOptions, openSettings, secretSettings } from './notification-settings.js';

export async function addNotification(
  context: CommandContext,
  type: NotificationTarget['type'],
  words: readonly string[],
  options: NotificationOptions,
): Promise<undefined> {
  // Before a passphrase is asked for, or the data directory is waited for.
  const settings = { ...openSettings(words, options), ...(await secretSettings(context, type, options, true)) };
  const host = await context.host('shared');
  const notification = await host.notifications.add({ type, settings, ...commonSettings(options) });
  tell(context, 'Added', notification);
  context.terminal.note(`See that it arrives: holdfast notification test ${notification.id}`);
}

export async function changeNotification(
  context: CommandContext,
  idOrTitle: string,
  words: readonly string[],
  options: NotificationOptions,
): Promise<undefined> {
  const host = await context.host('shared');
  const { target } = await host.notifications.get(idOrTitle);
  const settings = { ...openSettings(words, options), ...(await secretSettings(context, target.type, options, false)) };
  const enabled = options.enable === true ? true : options.disable === true ? false : undefined;
  const notification = await host.notifications.change(idOrTitle, {
    ...commonSettings(options),
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(enabled !== undefined && { enabled }),
    ...(options.allJobs === true && { jobs: null }),
  });
  tell(context, 'Changed', notification);
}

export async function removeNotification(context: CommandContext, idOrTitle: string): Promise<undefined> {
  const host = await context.host('shared');
  const { id, title, target } = await host.notifications.get(idOrTitle);
  await confirm(context, `Tell nothing more by "${safeText(title)}" (${safeText(describeTarget(target))})?`);
  await host.notifications.remove(id);
  context.terminal.report({ removed: { id, title } }, () => `Removed ${safeText(title)}.`);
}

function tell({ terminal }: CommandContext, done: string, notification: NotificationStatus): void {
  const { id, title, target } = notification;
  terminal.report({ notification }, () => `${terminal.colors.green(done)} ${safeText(title)} (${id}): ${safeText(describeTarget(target))}`);
}
