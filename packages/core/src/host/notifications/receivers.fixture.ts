import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real server that notes what it is sent. */
export interface WebReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: ReceivedRequest[];
  /** How it answers from now on: a status, or not at all. Default 200. */
  answer(with_: number | 'never', headers?: Readonly<Record<string, string>>): void;
}

export async function receiveWeb(tls?: { readonly cert: string; readonly key: string }): Promise<WebReceiver> {
  const received: ReceivedRequest[] = [];
  let how: { status: number | 'never'; headers: Readonly<Record<string, string>> } = { status: 200, headers: {} };
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    received.push({ method, path, headers, body: Buffer.concat(chunks).toString('utf8') });
    if (how.status !== 'never') response.writeHead(how.status, how.headers).end('thank you');
  };
  const handle = (request: IncomingMessage, response: ServerResponse) => void listener(request, response);
  const server = tls === undefined ? createHttpServer(handle) : createHttpsServer(tls, handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${port}`,
    received,
    answer(status, headers = {}) {
      how = { status, headers };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface MailReceiver extends AsyncDisposable {
  readonly port: number;
  /** Whole messages, with who wrote them to whom, and whether on the way they were encrypted. */
  readonly received: { readonly from: string; readonly to: readonly string[]; readonly secure: boolean; readonly text: string }[];
}

/** A real mail server: it takes what `user` with `password` sends, after STARTTLS if it has a certificate. */
export async function receiveMail(options: {
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly implicitTls?: boolean;
  readonly account?: { readonly user: string; readonly password: string };
}): Promise<MailReceiver> {
  const { tls, implicitTls = false, account } = options;
  const received: MailReceiver['received'] = [];
  const server = new SMTPServer({
    secure: implicitTls,
    ...tls,
    authOptional: account === undefined,
    disabledCommands: [...(tls === undefined ? ['STARTTLS'] : []), ...(account === undefined ? ['AUTH'] : [])],
    onAuth: ({ username, password }, _session, done) => {
      if (username === account?.user && password === account?.password) done(null, { user: username });
      else done(new Error(`Invalid log-in with ${password ?? ''}`));
    },
    onData: (stream, { envelope, secure }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        received.push({ from, to: rcptTo.map(({ address }) => address), secure, text: Buffer.concat(chunks).toString('utf8') });
        done(null);
      });
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { port, received, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}
