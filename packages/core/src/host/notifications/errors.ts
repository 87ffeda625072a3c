import { type ErrorEntry, errorsOf } from '../../base/errors.js';

export const notificationErrorCatalogue = {
  'unknown-notification': {
    message: 'There is no notification "{name}".',
    remedy: 'The notifications are: {known}.',
  },
  'notification-invalid': {
    message: 'The notification can not be kept like this: {what}.',
    remedy: 'Correct that and try again. Nothing was changed.',
  },
  'notification-failed': {
    message: 'The notification "{title}" could not be delivered: {reason}.',
    remedy:
      'See that its settings are right (`holdfast notification show {id}`) and that the other side answers, then try it: `holdfast notification test {id}`.',
  },
} as const satisfies Record<string, ErrorEntry>;

export const notificationError = errorsOf(notificationErrorCatalogue);
