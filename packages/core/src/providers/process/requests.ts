import { setMaxListeners } from 'node:events';
import { isHoldfastError } from '../../base/errors.js';
import { ProviderError } from '../../provider-api/index.js';
import type { Call, HostMessage } from '../protocol/host-message.js';
import { fromWireError, type WireError } from '../protocol/wire-error.js';
import type { Outcome } from './remote-call.js';

export interface RequestsOptions {
  readonly nextId: () => number;
  /** Sends a message; throws if it can't be sent at all. */
  readonly send: (message: HostMessage) => void;
  readonly onSent: (id: number) => void;
  readonly onBusy: (busy: boolean) => void;
}

export interface Requests {
  request(call: Call, signal?: AbortSignal): { readonly id: number; readonly outcome: Promise<Outcome> };
  cancel(id: number): void;
  cancelAll(): void;
  /** Counts something else as under way; returns what ends that. */
  begin(): () => void;
  /** An answer came. False if nobody waits for it. */
  answered(id: number, answer: { readonly result: unknown } | { readonly error: WireError }): boolean;
  close(reason: Error): void;
  readonly outstanding: number;
  readonly count: number;
}

interface Waiting {
  readonly fulfil: (outcome: Outcome) => void;
  readonly reject: (reason: unknown) => void;
}

/** The requests to the other side and what is under way with it. */
export function createRequests({ nextId, send, onSent, onBusy }: RequestsOptions): Requests {
  const waiting = new Map<number, Waiting>();
  let outstanding = 0;
  let count = 0;
  let closed: Error | undefined;

  function begin(): () => void {
    let over = false;
    outstanding += 1;
    if (outstanding === 1) onBusy(true);
    return () => {
      if (over) return;
      over = true;
      outstanding -= 1;
      if (outstanding === 0) onBusy(false);
    };
  }

  function cancel(id: number): void {
    if (closed === undefined) send({ type: 'cancel', id });
  }

  async function run(id: number, call: Call, signal: AbortSignal | undefined): Promise<Outcome> {
    if (closed !== undefined) throw closed;
    const end = begin();
    const onAbort = () => cancel(id);
    try {
      const answer = new Promise<Outcome>((fulfil, reject) => waiting.set(id, { fulfil, reject }));
      sendRequest(id, call);
      if (signal !== undefined) setMaxListeners(0, signal);
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener('abort', onAbort);
      return await answer;
    } finally {
      waiting.delete(id);
      signal?.removeEventListener('abort', onAbort);
      end();
    }
  }

  function sendRequest(id: number, call: Call): void {
    try {
      send({ type: 'request', id, call });
    } catch (error) {
      throw new ProviderError('internal', `The call "${call.method}" can not be passed on to the provider: it is too large, or no JSON.`, {
        cause: error,
      });
    }
    onSent(id);
  }

  return {
    request(call, signal) {
      count += 1;
      const id = nextId();
      return { id, outcome: run(id, call, signal) };
    },
    cancel,
    cancelAll() {
      for (const id of waiting.keys()) cancel(id);
    },
    begin,
    answered(id, answer) {
      const call = waiting.get(id);
      if (call === undefined) return false;
      waiting.delete(id);
      if ('result' in answer) call.fulfil({ ok: true, result: answer.result });
      else {
        const error = fromWireError(answer.error);
        if (isHoldfastError(error)) call.fulfil({ ok: false, error });
        else call.reject(error);
      }
      return true;
    },
    close(reason) {
      closed ??= reason;
      for (const { reject } of waiting.values()) reject(closed);
      waiting.clear();
    },
    get outstanding() {
      return outstanding;
    },
    get count() {
      return count;
    },
  };
}
