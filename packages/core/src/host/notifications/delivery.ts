import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { hideSecrets } from '../../config/hide-secrets.js';
import type { Clock } from '../../base/clock.js';
import { acquireLock } from '../../base/process-lock.js';
import type { Instance } from '../../config/stored-config.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import { afterFailure, afterSent, type Box, dueNews, emptyBox } from './box.js';
import { type DeliveryReport, nothingDelivered } from './delivery-report.js';
import { composeMessage } from './message.js';
import type { News } from './news.js';
import type { Notification } from './notification.js';
import type { Outbox } from './outbox.js';
import type { StoredNotifications } from './stored-notifications.js';

/** For all of a message but a command, which has its own. */
const sendMilliseconds = 60_000;

export interface Delivery {
  readonly dataDir: string;
  readonly instance: Instance;
  readonly stored: StoredNotifications;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: ProviderLogger;
}

/** Sends what waits and is due, to all at once. One process at a time does that. */
export async function deliverAll(delivery: Delivery, signal: AbortSignal): Promise<DeliveryReport> {
  const { dataDir, stored, outbox, clock } = delivery;
  const taken = await acquireLock(join(dataDir, 'notifications-delivery.lock'), 'delivering notifications');
  if (taken.state === 'busy') return nothingDelivered;
  await using _lock = taken.lock;
  await outbox.keep(stored.list().map(({ id }) => id));
  const boxes = await outbox.read();
  const results = await Promise.all(
    stored
      .list()
      .filter(({ enabled }) => enabled)
      .map(async (notification) => {
        const due = dueNews(boxes.get(notification.id) ?? emptyBox, clock.now());
        return due.length === 0 ? undefined : deliverTo(delivery, notification, due, signal);
      }),
  );
  const after = await outbox.read();
  return {
    sent: results.reduce((sum, result) => sum + (result?.sent ?? 0), 0),
    failed: results.flatMap((result) => result?.failed ?? []),
    waiting: [...after.values()].reduce((sum, { news }) => sum + news.length, 0),
  };
}

async function deliverTo(delivery: Delivery, notification: Notification, due: readonly News[], signal: AbortSignal) {
  const { outbox, clock, log } = delivery;
  const { id, title, target } = notification;
  const update = (change: (box: Box) => Box) => outbox.change((boxOf) => new Map([[id, change(boxOf(id))]]));
  let sent = 0;
  try {
    // Each of them is something else to who counts runs; all others get one message.
    for (const news of target.type === 'ping' ? due.map((each) => [each]) : [due]) {
      await sendTo(delivery, notification, news, signal);
      sent += 1;
      await update((box) => afterSent(box, news, clock.now(), target.type !== 'ping'));
    }
    return { sent, failed: [] };
  } catch (error) {
    // Nobody is to blame for what was stopped: it is due as before.
    if (signal.aborted) return { sent, failed: [] };
    const message = error instanceof Error ? error.message : String(error);
    log.warn(`The notification "${title}" could not be delivered and is tried again later: ${message}`);
    await update((box) => afterFailure(box, message, clock.now()));
    return { sent, failed: [{ title, message }] };
  }
}

/** Sends a message at once. What it rejects with holds no secret. */
export async function sendTo(
  { instance, stored, clock }: Pick<Delivery, 'instance' | 'stored' | 'clock'>,
  notification: Notification,
  news: readonly News[],
  signal: AbortSignal,
): Promise<void> {
  const { target } = notification;
  const secrets = await stored.secretsOf(notification);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(sendMilliseconds)]);
  const message = composeMessage(instance, news, clock.now());
  try {
    if (target.type === 'command') {
      const { sendCommand } = await import('./send-command.js');
      return await sendCommand(target, message, signal);
    }
    const ca = notification.caFile === undefined ? {} : { ca: [...rootCertificates, await readFile(notification.caFile, 'utf8')] };
    const options = { secrets, ...ca, signal: limit };
    switch (target.type) {
      case 'webhook':
        return await (await import('./send-webhook.js')).sendWebhook(message, options);
      case 'email':
        return await (await import('./send-email.js')).sendEmail(target, message, options);
      case 'ping': {
        const { sendPing } = await import('./send-ping.js');
        for (const each of news) await sendPing(target, each, options);
        return undefined;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) throw new Error(`no answer within ${sendMilliseconds / 1000} seconds`, { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    // A server may quote what it was sent.
    throw new Error(shortened(hideSecrets(reason, Object.values(secrets))), { cause: error });
  }
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 300 ? line : `${line.slice(0, 300)} ...`;
}
