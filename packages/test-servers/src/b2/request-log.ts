import type { IncomingMessage, ServerResponse } from 'node:http';
import type { B2Request } from './server-interface.js';

/** Which requests came. */
export class RequestLog {
  #requests: B2Request[] = [];

  add(call: string, version: number, request: IncomingMessage, response: ServerResponse): void {
    this.#requests.push({
      call,
      version,
      method: request.method ?? '',
      ...(request.headers.range === undefined ? {} : { range: request.headers.range }),
      contentLength: Number(request.headers['content-length'] ?? 0),
      get status() {
        return response.headersSent ? response.statusCode : undefined;
      },
    });
  }

  all(): readonly B2Request[] {
    return this.#requests.map((request) => ({ ...request }));
  }

  clear(): void {
    this.#requests = [];
  }
}
