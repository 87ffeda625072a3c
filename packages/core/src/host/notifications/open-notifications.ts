import type { Clock } from '../../base/clock.js';
import type { ConfigFile } from '../../config/config-file.js';
import type { SecretStore } from '../../config/secrets/secret-store.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import { storedJobs } from '../../backups/jobs/stored-jobs.js';
import type { IssueEvent, RunEvent } from '../events.js';
import { type Box, emptyBox, put } from './box.js';
import { deliverAll, sendTo } from './delivery.js';
import { nothingDelivered } from './delivery-report.js';
import { notificationError } from './errors.js';
import { type News, newsOfIssue, newsOfRun, testNews } from './news.js';
import type { Notification, NotificationStatus } from './notification.js';
import type { Notifications } from './notifications.js';
import { openOutbox } from './outbox.js';
import { StoredNotifications } from './stored-notifications.js';

export interface OpenNotifications {
  readonly dataDir: string;
  readonly configFile: ConfigFile;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly log: ProviderLogger;
}

/** Notifications, with the side that has something to tell. */
export interface TellingNotifications extends Notifications {
  tellIssue(event: IssueEvent): Promise<void>;
  tellRun(event: RunEvent): Promise<void>;
}

export function openNotifications({ dataDir, configFile, secrets, clock, log }: OpenNotifications): TellingNotifications {
  const stored = new StoredNotifications(configFile, secrets);
  const outbox = openOutbox(dataDir);
  const { instance } = configFile;

  async function statusOf(notification: Notification): Promise<NotificationStatus> {
    const box = (await outbox.read()).get(notification.id) ?? emptyBox;
    return { ...notification, delivery: deliveryOf(box) };
  }

  /** Puts news into the boxes of those who want them. */
  async function tell(newsFor: (notification: Notification) => News | undefined): Promise<void> {
    const wanted = stored.list().flatMap((notification) => {
      const news = notification.enabled ? newsFor(notification) : undefined;
      return news === undefined ? [] : [{ notification, news }];
    });
    if (wanted.length === 0) return;
    await outbox.change(
      (boxOf) =>
        new Map(
          wanted.map(({ notification: { id, topics, target }, news }) => [
            id,
            put(boxOf(id), news, { resolved: topics.resolved, ping: target.type === 'ping' }, clock.now()),
          ]),
        ),
    );
  }

  return {
    async list() {
      await stored.refresh();
      return Promise.all(stored.list().map(statusOf));
    },
    async get(idOrTitle) {
      await stored.refresh();
      return statusOf(stored.get(idOrTitle));
    },
    add: async (notification) => statusOf(await stored.add({ ...notification, ...jobIds(notification.jobs) })),
    change: async (idOrTitle, changes) => statusOf(await stored.change(idOrTitle, { ...changes, ...jobIds(changes.jobs) })),
    async remove(idOrTitle) {
      await stored.remove(idOrTitle);
      await outbox.keep(stored.list().map(({ id }) => id));
    },
    async test(idOrTitle, { signal = new AbortController().signal } = {}) {
      const notification = stored.get(idOrTitle);
      try {
        await sendTo({ instance, stored, clock }, notification, [testNews(notification.title, clock.now())], signal);
      } catch (error) {
        signal.throwIfAborted();
        const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
        throw notificationError('notification-failed', { title: notification.title, id: notification.id, reason }, error);
      }
    },
    async deliver(signal = new AbortController().signal) {
      try {
        await stored.refresh();
        return await deliverAll({ dataDir, instance, stored, outbox, clock, log }, signal);
      } catch (error) {
        log.warn(`Notifications could not be delivered: ${error instanceof Error ? error.message : String(error)}`);
        return nothingDelivered;
      }
    },
    tellIssue: (event) => tell((notification) => newsOfIssue(event, notification, clock.now())),
    tellRun: (event) => tell((notification) => newsOfRun(event, titleOfJob(event.run.job), notification, clock.now())),
  };

  function jobIds(wanted: readonly string[] | null | undefined): { readonly jobs?: readonly string[] } {
    if (wanted === undefined || wanted === null) return {};
    const jobs = storedJobs(configFile);
    const idOf = (name: string) => {
      const found = jobs.find(({ id, title }) => id === name || title.toLowerCase() === name.toLowerCase());
      if (found === undefined) throw notificationError('notification-invalid', { what: `there is no job ${JSON.stringify(name)}` });
      return found.id;
    };
    return { jobs: wanted.map(idOf) };
  }

  function titleOfJob(job: string): string {
    return storedJobs(configFile).find(({ id }) => id === job)?.title ?? job;
  }
}

function deliveryOf({ news, sentAt, error, nextAttempt, lost }: Box): NotificationStatus['delivery'] {
  return {
    waiting: news.length,
    ...(sentAt !== undefined && { sentAt }),
    ...(error !== undefined && { error }),
    ...(nextAttempt !== undefined && { nextAttempt }),
    lost,
  };
}
