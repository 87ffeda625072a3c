import { shapeOf } from './body-shape.js';
import type { ConnectionBytes } from './connection-bytes.js';
import {
  type AnswerHead,
  framingOfAnswer,
  framingOfRequest,
  readAnswerHead,
  type RequestHead,
  staysOpen,
  withHeaders,
} from './http-head.js';
import { passBody } from './pass-body.js';
import type { LogEntry } from './proxy-log.js';

export interface Exchange {
  readonly client: ConnectionBytes;
  readonly service: ConnectionBytes;
  readonly request: RequestHead;
  readonly entry: LogEntry;
  readonly signal: AbortSignal;
}

/**
 * How a request, its answer or both ended.
 * - `complete`: another request may follow; `close`: none may
 * - `reset`, `stall`, `cut`: as its fault wants it
 * - `client-left`, `service-left`: in the middle of it
 */
export type ExchangeEnd = 'complete' | 'close' | 'reset' | 'stall' | 'cut' | 'client-left' | 'service-left';

/** Passes a request and its answer, with those faults that lie in their bytes. */
export async function passExchange(exchange: Exchange): Promise<ExchangeEnd> {
  const { client, service, request } = exchange;
  if (!(await service.write(request.raw))) return 'service-left';
  const body = passRequestBody(exchange);
  // What can't be understood is cut off.
  const up = body.passed.catch((): ExchangeEnd => 'reset');
  const down = passAnswer(exchange).catch((): ExchangeEnd => 'reset');

  const first = await Promise.race([up.then((end) => ({ end, isUp: true })), down.then((end) => ({ end, isUp: false }))]);
  if (first.isUp) {
    if (first.end === 'service-left') {
      // It may have answered early and closed.
      const end = await down;
      return end === 'complete' ? 'close' : end;
    }
    return first.end === 'complete' ? Promise.race([down, leaving(client)]) : first.end;
  }
  if (first.end !== 'complete') return first.end;
  // Refused before it sent its body, a client may send it or not: nobody can tell what comes next.
  if (request.headers['expect'] !== undefined && !body.begun()) return 'close';
  const end = await up;
  return end === 'service-left' ? 'close' : end;
}

function passRequestBody({ client, service, request, entry, signal }: Exchange) {
  const shape = shapeOf(entry.fault, 'up');
  const framing = framingOfRequest(request);
  let begun = framing.kind === 'length' && framing.length === 0;
  const count = (bytes: number) => {
    begun = true;
    entry.up(bytes);
  };
  const pass = async (): Promise<ExchangeEnd> => {
    switch (await passBody({ from: client, to: service, framing, shape, count, signal })) {
      case 'complete':
        return shape.atLimit === 'reset' ? 'reset' : 'complete';
      case 'limit':
        return shape.atLimit ?? 'reset';
      case 'source-ended':
        return 'client-left';
      case 'target-gone':
        return 'service-left';
    }
  };
  return { passed: pass(), begun: () => begun };
}

async function passAnswer({ client, service, request, entry, signal }: Exchange): Promise<ExchangeEnd> {
  const { fault } = entry;
  let answer: AnswerHead | undefined;
  do {
    answer = await readAnswerHead(service);
    if (answer === undefined) return 'service-left';
    // "100 Continue" and its like.
    if (answer.status < 200 && !(await client.write(answer.raw))) return 'client-left';
  } while (answer.status < 200);

  const framing = framingOfAnswer(answer, request.method);
  if (typeof fault === 'object' && 'lostAnswer' in fault) {
    await passBody({ from: service, framing, count: () => {}, signal });
    return 'reset';
  }
  const shape = shapeOf(fault, 'down');
  const isDeclared = shape.atLimit === 'cut' && shape.isDeclared && framing.kind === 'length' && framing.length > shape.limit;
  const head = isDeclared ? withHeaders(answer, { 'Content-Length': String(shape.limit), Connection: 'close' }) : answer.raw;
  entry.answered(answer.status);
  if (!(await client.write(head))) return 'client-left';
  switch (await passBody({ from: service, to: client, framing, shape, count: entry.down, signal })) {
    case 'complete':
      if (shape.atLimit === 'reset') return 'reset';
      return framing.kind !== 'until-end' && staysOpen(answer) && staysOpen(request) ? 'complete' : 'close';
    case 'limit':
      return shape.atLimit ?? 'reset';
    case 'source-ended':
      return 'service-left';
    case 'target-gone':
      return 'client-left';
  }
}

/** Fulfilled when the client leaves before its answer is there; never, if it sends its next request meanwhile. */
async function leaving(client: ConnectionBytes): Promise<ExchangeEnd> {
  return (await client.readable()) ? new Promise(() => {}) : 'client-left';
}
