import type { Fault } from './fault.js';

/** A request as the proxy saw it; in TCP mode a connection, with an empty method and path. */
export interface ProxiedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Their names in lower case. Without credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the plan had for it. */
  readonly fault?: Fault;
  /** Of the answer that the client was sent, be it in part. */
  readonly status?: number;
  /** Of the bodies, as far as they were passed on. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** It ended, one way or another. */
  readonly ended: boolean;
}

/** How many requests were under way at the same time. */
export interface RequestCounts {
  readonly now: number;
  readonly most: number;
}

/** A request that goes on. */
export interface LogEntry {
  readonly fault: Fault | undefined;
  answered(status: number): void;
  up(bytes: number): void;
  down(bytes: number): void;
  end(): void;
}

export interface ProxyLog {
  begin(request: Pick<ProxiedRequest, 'method' | 'path' | 'headers'>, fault: Fault | undefined): LogEntry;
  requests(): readonly ProxiedRequest[];
  counts(): RequestCounts;
  clear(): void;
}

const credentials = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-amz-security-token']);

export function createProxyLog(): ProxyLog {
  let entries: ProxiedRequest[] = [];
  let now = 0;
  let most = 0;
  return {
    begin({ method, path, headers }, fault) {
      const told = Object.fromEntries(Object.entries(headers).filter(([name]) => !credentials.has(name)));
      const entry = { method, path, headers: told, ...(fault !== undefined && { fault }), bytesUp: 0, bytesDown: 0, ended: false };
      entries.push(entry);
      most = Math.max(most, ++now);
      return {
        fault,
        answered: (status) => Object.assign(entry, { status }),
        up: (bytes) => (entry.bytesUp += bytes),
        down: (bytes) => (entry.bytesDown += bytes),
        end() {
          if (!entry.ended) now--;
          entry.ended = true;
        },
      };
    },
    requests: () => entries.map((entry) => ({ ...entry })),
    counts: () => ({ now, most }),
    clear() {
      entries = [];
      most = now;
    },
  };
}
