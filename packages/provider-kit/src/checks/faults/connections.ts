import { setTimeout } from 'node:timers/promises';
import { bodyOf } from '../../bodies/body.js';
import { seededBytes } from '../../bodies/seeded-bytes.js';
import { expectEqual, expectTrue, expectWithin } from '../../expectation/expect.js';
import { faultCheck, throughProxy, withProxy } from './through-proxy.js';
import { sessionOf } from '../../session.js';

const mebi = 1_048_576;

/** Requests of one put at the same time. */
const mostAtOnce = 12;

/** What may have been taken of a body when the service stops taking, bytes. */
const allowance = 144 * mebi;

/** Waits until it holds, for three seconds at most. */
async function eventually(holds: () => boolean): Promise<void> {
  for (let round = 0; round < 60 && !holds(); round += 1) await setTimeout(50);
}

/** A body of 256 MiB; tells how much of it was taken. */
function countedBody() {
  const counted = { taken: 0 };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (counted.taken >= 256 * mebi) return controller.close();
        counted.taken += mebi / 4;
        return controller.enqueue(new Uint8Array(mebi / 4).fill(counted.taken / mebi));
      },
    },
    { highWaterMark: 0 },
  );
  return { counted, stream };
}

export const connectionChecks = [
  faultCheck('faults/few-requests', 'a put sends few requests at the same time', async (bench) => {
    const { partBytes } = bench;
    if (partBytes === undefined) return { skipped: 'The subject tells no "partBytes": it stores bodies in one piece.' };
    await throughProxy(bench, async ({ session, proxy }) => {
      await session.keys();
      proxy.clear();
      await session.location.put('large', bodyOf(seededBytes(6 * partBytes), mebi), { signal: bench.signal });
      const { most } = proxy.requestsAtOnce();
      expectTrue(most <= mostAtOnce, {
        did: 'Stored a body of six parts',
        expected: `at most ${mostAtOnce} requests at the same time`,
        came: `${most}`,
        rule: 'noFaster',
      });
    });
    return undefined;
  }),

  faultCheck('faults/back-pressure', 'while the service takes nothing, no more is read of the body', async (bench) =>
    throughProxy(bench, async ({ session, proxy }) => {
      await session.keys();
      proxy.set([{ fault: { drip: 100_000, way: 'up' } }]);
      const { counted, stream } = countedBody();
      const stop = new AbortController();
      const storing = session.location.put('large', stream, { signal: stop.signal });
      storing.catch(() => {});
      // Who doesn't wait for the service has read all of it by then.
      await setTimeout(4_000);
      stop.abort();
      const did = 'Stored a body of 256 MiB for four seconds, with a service that takes 100000 bytes a second of each request';
      const came = `${Math.round(counted.taken / mebi)} MiB`;
      expectTrue(counted.taken <= allowance, { did, expected: `at most ${allowance / mebi} MiB of it to be read`, came, rule: 'noFaster' });
      await expectWithin(
        10_000,
        storing.catch(() => {}),
        { did: `${did}, and cancelled it`, rule: 'signal' },
      );
    }),
  ),

  faultCheck('faults/early-end', 'a stream that is left early frees its connection', async (bench) =>
    throughProxy(bench, async ({ session, proxy }) => {
      await session.put('large', seededBytes(8_000_000));
      for (let round = 0; round < 10; round += 1) {
        const reader = (await session.location.get('large', { signal: bench.signal })).getReader();
        await reader.read();
        await reader.cancel();
      }
      await eventually(() => proxy.requestsAtOnce().now === 0);
      const did = 'Left ten streams after their first chunk, and waited for three seconds';
      expectEqual(proxy.requestsAtOnce().now, 0, { did: `${did}; counted the requests that go on`, rule: 'signal' });
      const { open } = proxy.connections();
      expectTrue(open <= mostAtOnce, { did, expected: `at most ${mostAtOnce} open connections`, came: `${open}`, rule: 'signal' });
    }),
  ),

  faultCheck('faults/closed', 'a location that is closed has no connection open', async (bench) => {
    await withProxy(bench, async (proxy, config) => {
      const location = await bench.open({ firstUse: true, config });
      const session = sessionOf(location, bench.signal);
      await session.put('object', seededBytes(100_000));
      await session.read('object');
      await location[Symbol.asyncDispose]();
      await eventually(() => proxy.connections().open === 0);
      const did = 'Stored, read, closed the location, and waited for three seconds';
      expectEqual(proxy.connections().open, 0, { did: `${did}; counted its open connections`, rule: 'signal' });
    });
  }),
];
