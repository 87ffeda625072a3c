import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  type Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type IncomingHttpHeaders,
  request,
  type RequestOptions,
  type Server as HttpServer,
} from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

export interface TestService extends AsyncDisposable {
  readonly upstream: { readonly host: string; readonly port: number };
  /** What arrived there; `sha1` and `length` of a body that came whole. */
  readonly received: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingHttpHeaders;
    sha1?: string;
    length: number;
    broken?: true;
  }[];
}

/** Bytes in which each place can be told from its neighbours. */
export function patterned(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let index = 0; index < length; index++) bytes[index] = (index * 31 + (index >> 8)) & 0xff;
  return bytes;
}

export const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');

/** GET /bytes/N gives N patterned bytes, /chunks/N the same in chunks; everything else tells the length of the body that it was sent. */
export async function startService(): Promise<TestService> {
  const received: TestService['received'] = [];
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, answer) => {
    const { method = '', url = '', headers } = incoming;
    const entry: TestService['received'][number] = { method, url, headers, length: 0 };
    received.push(entry);
    const hash = createHash('sha1');
    incoming.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      entry.length += chunk.length;
    });
    incoming.on('error', () => {
      entry.broken = true;
    });
    incoming.on('end', () => {
      entry.sha1 = hash.digest('hex');
      const [, kind, count] = /^\/(bytes|chunks)\/(\d+)/.exec(url) ?? [];
      if (kind === undefined) return answer.end(String(entry.length));
      if (kind === 'bytes') answer.setHeader('Content-Length', Number(count));
      return void pipeline(Readable.from(slices(patterned(Number(count)))), answer).catch(() => {});
    });
  });
  return { received, ...(await listening(server)) };
}

function* slices(bytes: Buffer) {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536);
}

/** A service that knows no protocol. */
export async function startTcpService(serve: (socket: Socket) => void): Promise<Omit<TestService, 'received'>> {
  return listening(
    createTcpServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      serve(socket);
    }),
  );
}

async function listening(server: Server | HttpServer) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return {
    upstream: { host: '127.0.0.1', port: address.port },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
}

export interface Asked extends RequestOptions {
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly agent?: Agent | false;
}

/** Sends a request and reads all of its answer; rejects with what broke it. */
export async function ask({ host, port }: { host: string; port: number }, path: string, { body, ...options }: Asked = {}) {
  const sent = request({ host, port, path, agent: false, ...options });
  const answer = new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (incoming) => {
      buffer(incoming).then((bytes) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: bytes }), reject);
    });
  });
  if (body === undefined || body instanceof Uint8Array) sent.end(body);
  else pipeline(Readable.from(body), sent).catch(() => {});
  return answer;
}

/** Its head; the body is still to be read. */
export async function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
  });
}

/** A body that comes piece by piece, whose length nobody knows beforehand. */
export async function* inPieces(bytes: Buffer) {
  for (let start = 0; start < bytes.length; start += 10_007) yield bytes.subarray(start, start + 10_007);
}
