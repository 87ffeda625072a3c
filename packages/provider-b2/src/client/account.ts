import { cancelled, throwIfCancelled, type TimeLimits } from '@holdfast/object-storage';
import { isProviderError, ProviderError } from '@holdfast/core/provider-api';
import { authorize, type Session } from './authorization.js';
import { isTokenRefusal } from './b2-error.js';
import type { Credentials, Transport } from './transport.js';

/** A Backblaze account, logged in to with one key. */
export interface Account {
  /** Runs a call with a token. If the token isn't taken any more, the call is made once again with a new one. */
  use<T>(signal: AbortSignal, run: (session: Session) => Promise<T>): Promise<T>;
  /** Ends what is under way. */
  close(): void;
}

export interface AccountOptions {
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly endpoint: string;
  /** Of one request for a token. */
  readonly limits: TimeLimits;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

/** Milliseconds. */
const window = 30_000;
/** So many tokens may be refused in that time before the next one waits: B2 is not to be asked for tokens without end. */
const refusalsInWindow = 3;

/** Logs in with the first call that needs it. All calls that wait for a token wait for the same one. */
export function createAccount({ transport, credentials, endpoint, limits, now = () => performance.now() }: AccountOptions): Account {
  const closing = new AbortController();
  let session: Session | undefined;
  let pending: Promise<Session> | undefined;
  let refusals: number[] = [];
  let failure: { readonly error: ProviderError; readonly at: number } | undefined;

  async function logIn(): Promise<Session> {
    try {
      session = await authorize(transport, { credentials, endpoint, limits }, closing.signal);
      failure = undefined;
      return session;
    } catch (error) {
      if (isProviderError(error) && error.code === 'auth-failed') failure = { error, at: now() };
      throw error;
    } finally {
      pending = undefined;
    }
  }

  async function current(signal: AbortSignal): Promise<Session> {
    throwIfCancelled(signal);
    if (session !== undefined) return session;
    // The key was refused a moment ago, so it still is.
    if (failure !== undefined && now() - failure.at < window) throw new ProviderError('auth-failed', failure.error.message);
    pending ??= logIn();
    return waitFor(pending, signal);
  }

  function forget(refused: Session): void {
    // Another call may have come before, and there is a new one already.
    if (session !== refused) return;
    const time = now();
    refusals = [...refusals.filter((at) => time - at < window), time];
    if (refusals.length > refusalsInWindow) {
      const retryAfter = Math.ceil((window - (time - (refusals[0] ?? time))) / 1000);
      throw new ProviderError('unavailable', 'Backblaze B2 refuses one token after the other.', { retryAfter });
    }
    session = undefined;
  }

  return {
    async use(signal, run) {
      const first = await current(signal);
      try {
        return await run(first);
      } catch (error) {
        if (!isTokenRefusal(error)) throw error;
        forget(first);
      }
      return run(await current(signal));
    },
    close: () => closing.abort(),
  };
}

/** The result of something that others wait for as well, and that goes on when this one gives up. */
function waitFor<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(cancelled(signal));
    signal.addEventListener('abort', giveUp);
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
