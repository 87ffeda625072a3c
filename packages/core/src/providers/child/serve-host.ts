import { setMaxListeners } from 'node:events';
import { isHoldfastError } from '../../base/errors.js';
import { isProviderError, ProviderError, type ProviderContext } from '../../provider-api/index.js';
import type { ProviderRuntime } from '../provider-runtime.js';
import type { ChildMessage } from '../protocol/child-message.js';
import type { DataChannel } from '../protocol/data-channel.js';
import type { Call, WireContext } from '../protocol/host-message.js';
import { toWireError } from '../protocol/wire-error.js';
import { createChannelLogger } from './channel-logger.js';
import { type OpenLocation, serveCall } from './serve-call.js';

export interface ServeOptions {
  readonly runtime: ProviderRuntime;
  readonly data: DataChannel;
  /** Throws if the message can't be sent: too large, or no JSON. */
  readonly send: (message: ChildMessage) => void;
}

/** Serves the host's calls, any number at the same time. */
export function createServer({ runtime, data, send }: ServeOptions) {
  const running = new Map<number, AbortController>();
  const locations = new Map<number, OpenLocation>();

  const contextOf = ({ locationId, firstUse, stateFolder }: WireContext, signal: AbortSignal): ProviderContext => ({
    locationId,
    firstUse,
    stateFolder,
    log: createChannelLogger(send, locationId),
    signal,
  });

  async function run(id: number, call: Call): Promise<void> {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    running.set(id, controller);
    try {
      const { result, stream } = await serveCall(call, { id, runtime, locations, data, controller, contextOf });
      send({ type: 'response', id, result: result ?? null });
      // A stream is cancelled as the call that gave it.
      await stream?.done;
    } catch (error) {
      send({ type: 'failure', id, error: toWireError(known(error, call.method)) });
    } finally {
      running.delete(id);
    }
  }

  function known(error: unknown, method: string): unknown {
    if (isProviderError(error) || isHoldfastError(error)) return error;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    createChannelLogger(send).error(`The answer to "${method}" can not be sent: ${reason}`);
    return new ProviderError('internal', `The provider's answer to "${method}" can not be passed on: it is too large, or no JSON.`);
  }

  return {
    request(id: number, call: Call): void {
      send({ type: 'acknowledge', id });
      void run(id, call);
    },
    cancel(id: number): void {
      const reason = new ProviderError('cancelled', 'The host no longer wants it.');
      running.get(id)?.abort(reason);
      locations.get(id)?.wanted.abort(reason);
    },
  };
}
