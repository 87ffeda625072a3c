import type { ProviderLogger } from '../../provider-api/index.js';
import type { ChildMessage, LogLevel } from '../protocol/child-message.js';

/** Enough for any line, and no load for the channel. */
const maxMessage = 16 * 1024;

/** A provider's log, which the host keeps. */
export function createChannelLogger(send: (message: ChildMessage) => void, locationId?: string): ProviderLogger {
  const write = (level: LogLevel) => (message: unknown) => {
    // What a provider passes may be anything.
    const text = String(message).slice(0, maxMessage);
    send({ type: 'log', level, message: text, ...(locationId !== undefined && { locationId }) });
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
