import { monotonic } from '../../base/monotonic.js';
import { providerError } from '../errors.js';
import type { ChildMessage } from '../protocol/child-message.js';
import { protocolVersion } from '../protocol/limits.js';
import { fromWireError } from '../protocol/wire-error.js';
import type { StartTiming } from './connection-types.js';
import type { RuntimeLimits } from './runtime-limits.js';

export interface StartOptions {
  /** How messages name the package. */
  readonly subject: string;
  readonly limits: Pick<RuntimeLimits, 'start' | 'activate'>;
  readonly sendStart: () => void;
  readonly onFault: (reason: string) => void;
}

type Phase = 'spawning' | 'greeted' | 'loading' | 'activating' | 'active' | 'failed';
type StartMessage = Extract<ChildMessage, { type: 'hello' | 'loaded' | 'active' | 'refused' }>;

/** Leads a process from its first word to the moment when calls may come. */
export function createStart({ subject, limits, sendStart, onFault }: StartOptions) {
  const began = monotonic();
  let phase: Phase = 'spawning';
  let wanted = false;
  let at = { hello: 0, asked: 0, loaded: 0 };
  let timer: NodeJS.Timeout | undefined;
  let fulfil: (timing: StartTiming) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const done = new Promise<StartTiming>((resolve, refuse) => {
    fulfil = resolve;
    reject = refuse;
  });
  // Who never asks need not be told.
  done.catch(() => {});

  function fail(reason: unknown): void {
    clearTimeout(timer);
    if (phase !== 'active') phase = 'failed';
    reject(reason);
  }

  /** Gives up after the time. */
  function within(limit: number, what: string): void {
    clearTimeout(timer);
    timer = setTimeout(
      () => fail(providerError('provider-activation-failed', { subject, reason: `${what} after ${limit / 1000} seconds`, late: true })),
      limit,
    );
  }

  function ask(): void {
    if (phase !== 'greeted' || !wanted) return;
    phase = 'loading';
    at = { ...at, asked: monotonic() };
    within(limits.activate, 'its main module had not been loaded');
    sendStart();
  }

  return {
    /** Takes a message; one that is not due is a fault. */
    take(message: StartMessage): void {
      if (message.type === 'hello' && phase === 'spawning') {
        if (message.protocol !== protocolVersion) return onFault(`speaks the protocol ${message.protocol}, not ${protocolVersion}`);
        phase = 'greeted';
        at = { ...at, hello: monotonic() };
        clearTimeout(timer);
        ask();
      } else if (message.type === 'loaded' && phase === 'loading') {
        phase = 'activating';
        at = { ...at, loaded: monotonic() };
        within(limits.activate, 'its "activate" had not ended');
      } else if (message.type === 'active' && phase === 'activating') {
        phase = 'active';
        clearTimeout(timer);
        fulfil({ spawn: at.hello - began, load: at.loaded - at.asked, activate: monotonic() - at.loaded });
      } else if (message.type === 'refused' && (phase === 'loading' || phase === 'activating')) {
        fail(fromWireError(message.error));
      } else if (phase !== 'failed') onFault(`sent "${message.type}" out of turn`);
      return undefined;
    },
    run(signal: AbortSignal | undefined): Promise<StartTiming> {
      wanted = true;
      const onAbort = () => fail(signal?.reason);
      if (signal?.aborted === true) onAbort();
      signal?.addEventListener('abort', onAbort);
      if (phase === 'spawning') within(limits.start, 'its process had not answered');
      ask();
      return done.finally(() => signal?.removeEventListener('abort', onAbort));
    },
    fail,
  };
}
