import { shapeOf } from './body-shape.js';
import type { ConnectionBytes } from './connection-bytes.js';
import type { Way } from './fault.js';
import { garbageBytes } from './fault-answer.js';
import { passBody } from './pass-body.js';
import type { ProxiedConnection } from './proxied-connection.js';

/** Passes the bytes of a connection, of which it understands nothing. */
export async function serveTcp({ client, connect, plan, log, seed, signal }: ProxiedConnection): Promise<void> {
  const fault = plan().faultFor('', '');
  const entry = log.begin({ method: '', path: '', headers: {} }, fault);
  try {
    if (typeof fault === 'object' && 'garbage' in fault) {
      await client.write(garbageBytes(seed));
      return await client.finish();
    }
    const service = fault === 'refuse' ? undefined : await connect();
    if (service === undefined) return await client.reset();

    const pass = async (way: Way, clientLeft?: Promise<void>): Promise<void> => {
      const [from, to] = way === 'up' ? [client, service] : [service, client];
      const shape = shapeOf(fault, way);
      const outcome = await passBody({ from, to, framing: { kind: 'until-end' }, shape, count: entry[way], signal });
      if (outcome === 'complete' && shape.atLimit !== 'reset' && !from.broken()) return to.end();
      if (outcome === 'limit' && shape.atLimit === 'cut') {
        service.leave();
        return client.finish();
      }
      if (outcome === 'limit' && shape.atLimit === 'stall') {
        const swallowed = swallow(from);
        await (clientLeft ?? swallowed);
      }
      await Promise.all([client.reset(), service.reset()]);
    };
    const up = pass('up');
    await Promise.all([up, pass('down', up)]);
  } finally {
    entry.end();
  }
}

async function swallow(from: ConnectionBytes): Promise<void> {
  while ((await from.read()) !== undefined);
}
