import type { ConnectionBytes } from './connection-bytes.js';
import type { Fault } from './fault.js';
import { answerBytes, faultAnswer, garbageBytes } from './fault-answer.js';
import { passExchange } from './http-exchange.js';
import { framingOfRequest, readRequestHead, type RequestHead, staysOpen } from './http-head.js';
import { passBody } from './pass-body.js';
import type { ProxiedConnection } from './proxied-connection.js';
import type { LogEntry } from './proxy-log.js';

/** Serves the requests of one client's connection, one after the other, by a connection of its own to the service. */
export async function serveHttp(connection: ProxiedConnection): Promise<void> {
  const { client, log, plan, connect } = connection;
  let service: ConnectionBytes | undefined;
  try {
    for (let goesOn = true; goesOn; ) {
      const request = await nextRequest(client, service);
      if (request === undefined) break;
      const fault = plan().faultFor(request.method, request.path);
      const entry = log.begin(request, fault);
      try {
        if (fault !== undefined && isOurAnswer(fault)) {
          goesOn = await giveAnswer(connection, request, fault, entry);
        } else {
          service ??= await connect();
          goesOn = service !== undefined && (await pass(connection, service, request, entry));
          if (service === undefined) await client.reset();
        }
      } finally {
        entry.end();
      }
    }
  } finally {
    service?.leave();
  }
  await client.finish();
}

/** Undefined: the client is gone, or what it says is no HTTP, or the service has closed its connection meanwhile. */
async function nextRequest(client: ConnectionBytes, service: ConnectionBytes | undefined): Promise<RequestHead | undefined> {
  const request = readRequestHead(client);
  return service === undefined ? request : Promise.race([request, service.readable().then(() => undefined)]);
}

/** Whether both connections go on. */
async function pass(connection: ProxiedConnection, service: ConnectionBytes, request: RequestHead, entry: LogEntry): Promise<boolean> {
  const { client, signal } = connection;
  const end = await passExchange({ client, service, request, entry, signal });
  // Takes what comes and answers nothing, until the client has had enough.
  if (end === 'stall') while ((await client.read()) !== undefined);
  if (end === 'reset' || end === 'client-left') await service.reset();
  if (end === 'reset' || (end === 'service-left' && service.broken())) await client.reset();
  return end === 'complete';
}

function isOurAnswer(fault: Fault): boolean {
  return fault === 'refuse' || 'garbage' in fault || faultAnswer(fault) !== undefined;
}

/** Whether the connection goes on. */
async function giveAnswer(
  { client, signal, seed }: ProxiedConnection,
  request: RequestHead,
  fault: Fault,
  entry: LogEntry,
): Promise<boolean> {
  const answer = faultAnswer(fault);
  if (answer === undefined) {
    if (fault === 'refuse') await client.reset();
    else await client.write(garbageBytes(seed));
    return false;
  }
  entry.answered(answer.status);
  // Who waits to be asked for the body isn't.
  const isWaiting = request.headers['expect'] !== undefined;
  const framing = framingOfRequest(request);
  if (!isWaiting && (await passBody({ from: client, framing, count: () => {}, signal })) !== 'complete') return false;
  const close = isWaiting || !staysOpen(request);
  return (await client.write(answerBytes(answer, { method: request.method, close }))) && !close;
}
