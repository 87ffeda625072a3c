import type { IssueStore } from '../backups/issues/issue-store.js';
import type { ProviderLogger } from '../provider-api/index.js';
import type { HostEvents, LocationEvent, ProviderEvent } from './events.js';

/** Makes issues of what happens to locations and providers, and closes them when it is over. Disposed of, it has written all it was told. */
export function raiseIssues(events: HostEvents, issues: IssueStore, log: ProviderLogger): AsyncDisposable {
  let last = Promise.resolve();
  const inOrder = (run: () => Promise<void>) => {
    last = last.then(run).catch((error: unknown) => log.error(`An issue could not be noted: ${String(error)}`));
  };
  const listening = [
    events.on('location', (event) => inOrder(() => afterLocation(event, issues))),
    events.on('provider', (event) => inOrder(() => afterProvider(event, issues))),
  ];
  return {
    async [Symbol.asyncDispose]() {
      for (const each of listening) each[Symbol.dispose]();
      await last;
    },
  };
}

async function afterLocation(event: LocationEvent, issues: IssueStore): Promise<void> {
  const { id, title } = event.location;
  if (event.type === 'removed') return issues.forget({ locationId: id });
  // New settings were tried before they were taken.
  if (event.type === 'changed') return issues.resolve('access-lost', id);
  if (event.type !== 'checked') return undefined;
  const open = (await issues.list()).filter(({ code, location }) => code === 'location-notice' && location?.id === id);
  for (const { about } of open) {
    if (!event.notices.some((notice) => notice.id === about)) await issues.resolve('location-notice', id, about);
  }
  for (const { id: about, message } of event.notices) {
    await issues.raise({ code: 'location-notice', location: { id, title }, about, details: { notice: message } });
  }
  return issues.resolve('access-lost', id);
}

async function afterProvider(event: ProviderEvent, issues: IssueStore): Promise<void> {
  const { type, name } = event;
  if (type === 'stopped' && event.error !== undefined) {
    const details = { version: event.status.version, reason: event.error.message };
    await issues.raise({ code: 'provider-stopped', provider: name, details });
  } else if (['enabled', 'removed', 'updated', 'rolled-back', 'disabled'].includes(type)) {
    await issues.forget({ provider: name });
  }
}
