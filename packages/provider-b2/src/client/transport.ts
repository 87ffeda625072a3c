import { inTimeLimit, type TimeLimits } from '@holdfast/object-storage';
import type Library from 'backblaze-b2';
import { brokenConnection } from './b2-error.js';
import { isFields } from './json-fields.js';

/** A key of a Backblaze account. */
export interface Credentials {
  readonly keyId: string;
  readonly applicationKey: string;
}

/** What came back, whatever its status. */
export interface Answer {
  readonly status: number;
  /** A header's text; `name` in lower case. */
  header(name: string): string | undefined;
  readonly data: unknown;
}

/** Goes with each call of the library as its `axiosOverride`. */
export type CallSettings = Record<string, unknown>;

/** The way to B2: the library `backblaze-b2`, of which nothing is used but that it knows the calls and how to send them. */
export interface Transport {
  /** A new instance of the library, which keeps the token and addresses that authorizing gives it. */
  client(credentials: Credentials): Promise<Library>;
  /**
   * Makes one call, once. An answer of any status is a result; none in time, or a broken one, is `unavailable`. `touch` says that the
   * call goes on, for its idle limit.
   */
  send(call: OneCall, run: (settings: CallSettings, touch: () => void) => Promise<LibraryAnswer>): Promise<Answer>;
  /** Closes the connections. */
  close(): Promise<void>;
}

/** Which call it is. */
interface OneCall {
  /** What it does, as the start of a sentence. */
  readonly doing: string;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
}

interface LibraryAnswer {
  readonly status: number;
  readonly headers: unknown;
  readonly data: unknown;
}

/** More than a page of 1,000 names can have. */
const largestAnswer = 2 ** 24;

export function createTransport(): Transport {
  let loading: ReturnType<typeof load> | undefined;
  let isClosed = false;
  const loaded = () => (loading ??= load());

  return {
    async client(credentials) {
      const { B2 } = await loaded();
      return new B2({ applicationKeyId: credentials.keyId, applicationKey: credentials.applicationKey, retry: { retries: 0 } });
    },
    send: ({ doing, limits, signal }, run) =>
      inTimeLimit(signal, limits, async (limit) => {
        const { settings } = await loaded();
        try {
          return toAnswer(await run({ ...settings, signal: limit.signal }, () => limit.touch()));
        } catch (error) {
          throw brokenConnection(doing, error);
        }
      }),
    async close() {
      if (isClosed || loading === undefined) return;
      isClosed = true;
      for (const agent of (await loading).agents) agent.destroy();
    },
  };
}

/** The library and what it stands on take longer to load than all of the rest, so they come with the first call. */
async function load() {
  const [{ default: B2 }, { Agent: HttpAgent }, { Agent: HttpsAgent }] = await Promise.all([
    import('backblaze-b2'),
    import('node:http'),
    import('node:https'),
  ]);
  const httpAgent = new HttpAgent({ keepAlive: true });
  const httpsAgent = new HttpsAgent({ keepAlive: true });
  // The library has one axios for the whole process, which belongs to whoever made the last instance. So everything is said with each call.
  const settings: CallSettings = {
    httpAgent,
    httpsAgent,
    'axios-retry': { retries: 0 },
    timeout: 0,
    maxRedirects: 0,
    maxBodyLength: Number.POSITIVE_INFINITY,
    maxContentLength: largestAnswer,
    validateStatus: () => true,
  };
  return { B2, settings, agents: [httpAgent, httpsAgent] };
}

function toAnswer({ status, headers, data }: LibraryAnswer): Answer {
  return {
    status,
    data,
    header(name) {
      const value = isFields(headers) ? headers[name] : undefined;
      return typeof value === 'string' ? value : undefined;
    },
  };
}
