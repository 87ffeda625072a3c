import type { HostEvents } from '../events.js';
import type { ServiceLog } from './service-log.js';

/** Puts into the log what happens to locations, providers and issues. */
export function tellEvents(events: HostEvents, log: ServiceLog): Disposable {
  const listening = [
    events.on('issue', ({ type, issue }) => {
      const { message, severity } = issue;
      if (type === 'resolved') log({ level: 'info', event: 'issue-resolved', message: `No longer so: ${message}` });
      else log({ level: severity === 'error' ? 'error' : 'warn', event: `issue-${type}`, message });
    }),
    events.on('location', (event) => {
      const { title } = event.location;
      if (event.type === 'failed') log({ level: 'warn', event: 'location-failed', message: `${title}: ${event.error.message}` });
    }),
    events.on('provider', (event) => {
      if (event.type === 'crashed' || event.type === 'stopped' || event.type === 'unresponsive') {
        const reason = 'error' in event && event.error !== undefined ? `: ${event.error.message}` : '.';
        if (event.type !== 'stopped' || 'error' in event)
          log({ level: 'warn', event: `provider-${event.type}`, message: `The provider ${event.name} ${event.type}${reason}` });
      }
    }),
  ];
  return {
    [Symbol.dispose]() {
      for (const each of listening) each[Symbol.dispose]();
    },
  };
}
