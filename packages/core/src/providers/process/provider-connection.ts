import { createChannels } from './channels.js';
import type { ProviderConnection, ProviderConnectionOptions } from './connection-types.js';
import { createRemoteCalls } from './remote-calls.js';

export type { ProviderConnection, ProviderConnectionOptions, StartTiming } from './connection-types.js';

/** Takes over both channels of a process that was just started. */
export function createProviderConnection(options: ProviderConnectionOptions): ProviderConnection {
  const channels = createChannels(options);
  const { requests, pulse } = channels;
  return {
    ...createRemoteCalls(options.found, channels.caller),
    start: (signal) => channels.start.run(signal),
    get outstanding() {
      return requests.outstanding;
    },
    get requests() {
      return requests.count;
    },
    get dropped() {
      return channels.dropped();
    },
    memory: channels.memory,
    ping: () => pulse.ping(),
    cancelAll: () => requests.cancelAll(),
    shutdown: channels.shutdown,
    close: channels.close,
  };
}
