import { randomBytes } from 'node:crypto';
import type { ConfigFile } from '../../config/config-file.js';
import { configError } from '../../config/errors.js';
import type { SecretStore } from '../../config/secrets/secret-store.js';
import type { JsonObject } from '../../providers/schema-problem.js';
import { notificationError } from './errors.js';
import type {
  NewNotification,
  Notification,
  NotificationChanges,
  NotificationSecrets,
  NotificationTarget,
  Topics,
} from './notification.js';
import { parseNotification } from './parse-notification.js';
import { settingsFromTarget, targetFromSettings } from './target-from-settings.js';

/** Under which name the secret store keeps the secrets of a notification. */
export function ownerOfNotification(id: string): string {
  return `notification:${id}`;
}

const titles: Readonly<Record<NewNotification['type'], string>> = {
  command: 'Command',
  webhook: 'Webhook',
  email: 'E-mail',
  ping: 'Ping',
};

const defaultTopics: Topics = { issues: 'warning', resolved: true, runs: 'none' };

/** The notifications of a data directory: `config.json` has them, the secret store their secrets. */
export class StoredNotifications {
  readonly #configFile: ConfigFile;
  readonly #secrets: SecretStore;

  constructor(configFile: ConfigFile, secrets: SecretStore) {
    this.#configFile = configFile;
    this.#secrets = secrets;
  }

  /** As they were last read. @throws `config-damaged` with the place of a fault */
  list(): readonly Notification[] {
    return parseAll(this.#configFile.section('notifications'), this.#configFile.path);
  }

  /** What other processes changed meanwhile. */
  async refresh(): Promise<void> {
    await this.#configFile.refresh();
  }

  /** @throws `unknown-notification` */
  get(idOrTitle: string): Notification {
    const all = this.list();
    const found = all.find(({ id }) => id === idOrTitle) ?? all.find(({ title }) => isSame(title, idOrTitle));
    if (found !== undefined) return found;
    const known = all.map(({ id, title }) => `"${title}" (${id})`).join(', ');
    throw notificationError('unknown-notification', { name: idOrTitle, known: known || 'none yet' });
  }

  async secretsOf({ id, target }: Notification): Promise<NotificationSecrets> {
    return hasSecrets(target) ? this.#secrets.of(ownerOfNotification(id)) : {};
  }

  async add({ type, settings, title, enabled = true, topics = {}, jobs, details = false, caFile }: NewNotification): Promise<Notification> {
    const { target, secrets } = targetFromSettings(type, settings);
    const id = randomBytes(4).toString('hex');
    const draft = {
      id,
      enabled,
      target,
      topics: { ...defaultTopics, ...topics },
      ...(jobs !== undefined && { jobs }),
      details,
      ...(caFile !== undefined && { caFile }),
    };
    // Before the entry: one without its secrets would fail, and secrets without an entry are only litter.
    if (hasSecrets(target)) await this.#keep(id, secrets);
    try {
      await this.#change((all) => [...all, { ...draft, title: chooseTitle(title, titles[type], all) }]);
    } catch (error) {
      if (hasSecrets(target)) await this.#keep(id, {});
      throw error;
    }
    return this.get(id);
  }

  async change(idOrTitle: string, { settings, topics, title, jobs, caFile, enabled, details }: NotificationChanges): Promise<Notification> {
    const before = this.get(idOrTitle);
    const { id } = before;
    const kept = settings === undefined ? {} : await this.secretsOf(before);
    const merged = settings === undefined ? undefined : { ...settingsFromTarget(before.target), ...kept, ...settings };
    const next = merged === undefined ? undefined : targetFromSettings(before.target.type, merged);
    if (next !== undefined && [before.target, next.target].some(hasSecrets)) await this.#keep(id, next.secrets);
    await this.#change((all) =>
      all.map((notification): Notification => {
        if (notification.id !== id) return notification;
        const { jobs: oldJobs, caFile: oldCaFile, ...rest } = notification;
        const others = all.filter((other) => other.id !== id);
        const [newJobs, newCaFile] = [jobs === undefined ? oldJobs : jobs, caFile === undefined ? oldCaFile : caFile];
        return {
          ...rest,
          title: title === undefined ? rest.title : chooseTitle(title, '', others),
          enabled: enabled ?? rest.enabled,
          target: next?.target ?? rest.target,
          topics: { ...rest.topics, ...topics },
          details: details ?? rest.details,
          ...(newJobs && { jobs: newJobs }),
          ...(newCaFile && { caFile: newCaFile }),
        };
      }),
    );
    return this.get(id);
  }

  async remove(idOrTitle: string): Promise<Notification> {
    const removed = this.get(idOrTitle);
    await this.#change((all) => all.filter(({ id }) => id !== removed.id));
    if (hasSecrets(removed.target)) await this.#keep(removed.id, {});
    return removed;
  }

  async #keep(id: string, secrets: NotificationSecrets): Promise<void> {
    const named = Object.entries(secrets).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    await this.#secrets.set(ownerOfNotification(id), named.length === 0 ? undefined : Object.fromEntries(named));
  }

  async #change(change: (all: readonly Notification[]) => readonly Notification[]): Promise<void> {
    await this.#configFile.updateSection('notifications', (entries) =>
      change(parseAll(entries, this.#configFile.path)).map((notification): JsonObject => ({ ...notification })),
    );
  }
}

/** Where there are none, the store need not be opened, which may take a passphrase. */
function hasSecrets(target: NotificationTarget): boolean {
  return target.type !== 'command' && (target.type !== 'email' || target.user !== undefined);
}

function parseAll(entries: readonly JsonObject[], file: string): readonly Notification[] {
  try {
    return entries.map((entry, index) => parseNotification(entry, `notifications[${index}]`));
  } catch (error) {
    throw configError('config-damaged', { file, reason: error instanceof Error ? error.message : String(error) });
  }
}

function chooseTitle(wanted: string | undefined, label: string, others: readonly Notification[]): string {
  const isTaken = (title: string) => others.some((other) => isSame(other.title, title) || isSame(other.id, title));
  if (wanted === undefined) {
    for (let number = 1; ; number += 1) {
      const title = number === 1 ? label : `${label} ${number}`;
      if (!isTaken(title)) return title;
    }
  }
  if (wanted.trim() !== wanted || wanted === '' || wanted.length > 60 || /\p{Cc}/u.test(wanted)) {
    throw notificationError('notification-invalid', { what: 'its title does not have 1 to 60 characters, without blanks at its ends' });
  }
  if (isTaken(wanted)) throw notificationError('notification-invalid', { what: `there is one called ${JSON.stringify(wanted)} already` });
  return wanted;
}

function isSame(a: string, b: string): boolean {
  return a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
}
