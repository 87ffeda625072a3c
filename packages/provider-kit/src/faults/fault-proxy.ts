import { once, setMaxListeners } from 'node:events';
import { createServer, connect as connectSocket, type Socket } from 'node:net';
import { type ConnectionBytes, connectionBytes } from './connection-bytes.js';
import type { FaultRule } from './fault.js';
import { createFaultPlan } from './fault-plan.js';
import { serveHttp } from './http-connection.js';
import { createProxyLog, type ProxiedRequest, type RequestCounts } from './proxy-log.js';
import { serveTcp } from './tcp-connection.js';

export interface FaultProxyOptions {
  /** The service. */
  readonly upstream: { readonly host: string; readonly port: number };
  /** `tcp`: passes bytes and knows nothing of requests; rules then count connections. Default `http` (HTTP/1.1, no TLS). */
  readonly protocol?: 'http' | 'tcp';
  /** Of the bytes of `garbage`. Default 1. */
  readonly seed?: number;
}

/**
 * Stands between a client and a service, and does what its plan says. What has no fault passes as it is, byte by byte; nor is the Host header
 * changed.
 */
export interface FaultProxy extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Replaces the plan, for requests that come from now on; rules count anew. An empty one: no faults. */
  set(plan: readonly FaultRule[]): void;
  connections(): { readonly open: number; readonly total: number };
  /** In the order in which they came. */
  requests(): readonly ProxiedRequest[];
  requestsAtOnce(): RequestCounts;
  /** Forgets requests and counts; the plan stays. */
  clear(): void;
}

/** Starts a proxy on the loopback interface, on a free port, with an empty plan. */
export async function startFaultProxy({ upstream, protocol = 'http', seed = 1 }: FaultProxyOptions): Promise<FaultProxy> {
  const log = createProxyLog();
  const over = new AbortController();
  // Each connection that waits listens to it.
  setMaxListeners(0, over.signal);
  const sockets = new Set<Socket>();
  let plan = createFaultPlan([], protocol);
  let open = 0;
  let total = 0;

  function bytesOf(socket: Socket): ConnectionBytes {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    return connectionBytes(socket);
  }

  async function connect(): Promise<ConnectionBytes | undefined> {
    if (over.signal.aborted) return undefined;
    const socket = connectSocket({ ...upstream, noDelay: true, allowHalfOpen: true });
    const bytes = bytesOf(socket);
    await new Promise<void>((resolve) => {
      for (const event of ['connect', 'close']) socket.once(event, () => resolve());
    });
    return socket.destroyed ? undefined : bytes;
  }

  const serve = protocol === 'http' ? serveHttp : serveTcp;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    total++;
    open++;
    socket.on('close', () => open--);
    const client = bytesOf(socket);
    serve({ client, connect, plan: () => plan, log, seed, signal: over.signal }).catch(() => client.reset());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');

  return {
    host: '127.0.0.1',
    port: address.port,
    set(rules) {
      plan = createFaultPlan(rules, protocol);
    },
    connections: () => ({ open, total }),
    requests: log.requests,
    requestsAtOnce: log.counts,
    clear() {
      log.clear();
      total = open;
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
