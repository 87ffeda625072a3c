import type { HoldfastError } from '../../base/errors.js';
import { ProviderError } from '../../provider-api/index.js';
import type { Call } from '../protocol/host-message.js';
import type { DataChannel } from '../protocol/data-channel.js';

/** How a call ended. What keeps the code from running is no failure of the call, and passes by its guard. */
export type Outcome = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: HoldfastError };

/** What a remote location needs of the connection. */
export interface RemoteCaller {
  readonly data: DataChannel;
  /** Sends a request and returns what came of it. A signal that fires is passed on; the call goes on until it is answered. Throws `ProviderError`. */
  call(call: Call, signal?: AbortSignal): Promise<Outcome>;
  /** The same, with the id that the request goes by. */
  request(call: Call, signal?: AbortSignal): { readonly id: number; readonly outcome: Promise<Outcome> };
  /** Passes on a signal that fired while no request is under way. */
  cancel(id: number): void;
  newStream(): number;
  /** Counts something as under way; returns what ends that. */
  begin(): () => void;
}

/** The answer of a call, checked. An answer that is none is the provider's fault. */
export async function answerOf<T>(outcome: Promise<Outcome>, operation: string, isAnswer: (value: unknown) => value is T): Promise<T> {
  const result = await resultOf(outcome);
  if (isAnswer(result)) return result;
  throw new ProviderError('internal', `The provider answered "${operation}" with what is no answer to it.`);
}

export async function resultOf(outcome: Promise<Outcome>): Promise<unknown> {
  const ended = await outcome;
  if (!ended.ok) throw ended.error;
  return ended.result;
}
