import type { ConfigFile } from '../../config/config-file.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import type { HostEvents, RunEvent } from '../events.js';
import { nothingDelivered } from './delivery-report.js';
import type { Notifications } from './notifications.js';
import type { TellingNotifications } from './open-notifications.js';

/** Disposed of, it has noted all it was told. */
export type HostNotifications = Notifications & AsyncDisposable;

/** How long a ping at a run's beginning may take when nothing else keeps the host. Milliseconds. */
const startMilliseconds = 10_000;

/** Notifications that are loaded when there are some. They hear of issues and runs from the beginning. */
export function lateNotifications(
  events: HostEvents,
  configFile: Pick<ConfigFile, 'section'>,
  log: ProviderLogger,
  issuesSettled: () => Promise<void>,
  open: () => Promise<TellingNotifications>,
): HostNotifications {
  let opening: Promise<TellingNotifications> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const opened = () => (opening ??= open());
  const hasSome = () => configFile.section('notifications').length > 0;
  const inOrder = (tell: (to: TellingNotifications) => Promise<unknown>) => {
    if (!hasSome()) return;
    last = last
      .then(async () => tell(await opened()))
      .catch((error: unknown) => log.error(`What happened could not be noted for the notifications: ${String(error)}`));
  };
  const listening = [
    events.on('issue', (event) => inOrder((to) => to.tellIssue(event))),
    events.on('run', (event) => inOrder((to) => tellRun(to, event))),
  ];
  return {
    list: async () => (await opened()).list(),
    get: async (idOrTitle) => (await opened()).get(idOrTitle),
    add: async (notification) => (await opened()).add(notification),
    change: async (idOrTitle, changes) => (await opened()).change(idOrTitle, changes),
    remove: async (idOrTitle) => (await opened()).remove(idOrTitle),
    test: async (idOrTitle, options) => (await opened()).test(idOrTitle, options),
    async deliver(signal) {
      if (!hasSome()) return nothingDelivered;
      // What just happened may become an issue first.
      await issuesSettled();
      await last;
      return (await opened()).deliver(signal);
    },
    async [Symbol.asyncDispose]() {
      for (const each of listening) each[Symbol.dispose]();
      await last;
    },
  };
}

/** That a run has begun is told at once: when it has ended it is no news any more. */
async function tellRun(to: TellingNotifications, event: RunEvent): Promise<void> {
  await to.tellRun(event);
  if (event.type === 'started') await to.deliver(AbortSignal.timeout(startMilliseconds));
}
