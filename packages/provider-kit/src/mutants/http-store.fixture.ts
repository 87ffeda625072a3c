import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A service of objects over HTTP, as plain as can be: what comes whole is stored. */
export interface HttpStore extends AsyncDisposable {
  readonly port: number;
  readonly token: string;
}

export async function startHttpStore(): Promise<HttpStore> {
  const objects = new Map<string, { readonly content: Buffer; readonly modifiedAt: string }>();
  const token = 'secret-token-of-the-store';
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://store');
    const key = decodeURIComponent(pathname.slice(1));
    const found = objects.get(key);
    const answer = (status: number, content: Buffer | string = '', headers = {}) =>
      response
        .writeHead(status, { 'content-length': Buffer.byteLength(content), ...headers })
        .end(request.method === 'HEAD' ? undefined : content);
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401);
    if (request.method === 'PUT') {
      objects.set(key, { content: body, modifiedAt: new Date().toISOString() });
      return answer(201, objects.get(key)?.modifiedAt);
    }
    if (request.method === 'DELETE') return answer(objects.delete(key) ? 204 : 404);
    if (key === '') {
      const keys = [...objects.keys()].filter((name) => name.startsWith(searchParams.get('prefix') ?? '')).sort();
      return answer(
        200,
        JSON.stringify(
          keys.map((name) => ({ key: name, size: objects.get(name)?.content.length, modifiedAt: objects.get(name)?.modifiedAt })),
        ),
      );
    }
    if (found === undefined) return answer(404);
    const offset = Number(searchParams.get('offset') ?? 0);
    const length = Number(searchParams.get('length') ?? found.content.length);
    const headers = { 'x-size': found.content.length, 'x-modified-at': found.modifiedAt };
    return answer(200, request.method === 'HEAD' ? '' : found.content.subarray(offset, offset + length), headers);
  };
  const server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    token,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
