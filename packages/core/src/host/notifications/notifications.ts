import type { DeliveryReport } from './delivery-report.js';
import type { NewNotification, NotificationChanges, NotificationStatus } from './notification.js';

/** How somebody is told what needs them. A notification is named by its id or title. */
export interface Notifications {
  /** In the order in which they were added, with how their delivery goes. */
  list(): Promise<readonly NotificationStatus[]>;
  /** @throws `unknown-notification` */
  get(idOrTitle: string): Promise<NotificationStatus>;
  /** Keeps it, and its secrets in the secret store. @throws `notification-invalid` */
  add(notification: NewNotification): Promise<NotificationStatus>;
  /** @throws `unknown-notification`, `notification-invalid` */
  change(idOrTitle: string, changes: NotificationChanges): Promise<NotificationStatus>;
  /** What waited to be told by it is forgotten. @throws `unknown-notification` */
  remove(idOrTitle: string): Promise<void>;
  /** Sends a message that says it is a test, at once. @throws `unknown-notification`, `notification-failed` */
  test(idOrTitle: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * Sends what waits and is due. What fails is tried again later, so this rejects for nothing; when `signal` fires, the rest waits. Where
   * another process is delivering, it does nothing.
   */
  deliver(signal?: AbortSignal): Promise<DeliveryReport>;
}
