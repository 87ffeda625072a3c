import type { CheckBench } from '../../check.js';
import { bodyOf, stalledBody, streamOf } from '../../bodies/body.js';
import { chunksOf } from '../../bodies/body.js';
import { seededBytes } from '../../bodies/seeded-bytes.js';
import type { Rule } from '../../expectation/contract.js';
import { describeError, fail } from '../../expectation/check-failure.js';
import { expectCode, expectEqual, expectWithin } from '../../expectation/expect.js';
import { openSession, type Session } from '../../session.js';
import { defineCheck, harmlessCheck } from '../define-check.js';
import { expectNoLeftovers } from '../leftovers.js';

/** An object that is to stay, and a key that is to stay unused. */
const keys = ['kept', 'new/object'] as const;

/** Fails unless the place is as it was with only the old object in it. */
async function expectUntouched(session: Session, did: string, rule: Rule = 'allOrNothing'): Promise<void> {
  expectEqual(await session.keys(), ['kept'], { did: `${did}; listed`, rule });
  expectEqual((await session.read('kept')).toString(), 'old', { did: `${did}; read "kept", which had held "old"`, rule });
  expectEqual(await session.head('new/object'), undefined, { did: `${did}; asked head for "new/object"`, rule });
}

/** How much is sent before something happens: enough that one who stores in parts has sent some. */
function amountsOf({ partBytes }: CheckBench): readonly number[] {
  return partBytes === undefined ? [300_000] : [300_000, 2 * partBytes + 100_000];
}

const title = 'a put that ends otherwise leaves what was there, and nothing else';

export const allOrNothingChecks = [
  harmlessCheck('write/all-or-nothing', 'until a put is fulfilled, what was there is shown', async (bench) => {
    const session = await openSession(bench);
    await session.put('kept', 'old');
    for (const key of keys) {
      const content = seededBytes(700_000, key);
      const body = stalledBody([content.subarray(0, 600_000)]);
      const storing = session.location.put(key, body.stream, { signal: bench.signal });
      storing.catch(() => {});
      await Promise.race([body.waiting, storing]);
      await expectUntouched(session, `Gave put 600000 bytes of "${key}" and let it wait for more`);
      body.end([content.subarray(600_000)]);
      await storing;
      const did = `Gave put the rest of "${key}", and when it was fulfilled read it`;
      expectEqual((await session.read(key)).equals(content), true, { did, rule: 'allOrNothing' });
      await session.remove(key);
      if (key === 'kept') await session.put('kept', 'old');
    }
  }),

  harmlessCheck('write/body-error', 'a body that fails leaves what was there, and its error is told', async (bench) => {
    const session = await openSession(bench);
    await session.put('kept', 'old');
    for (const key of keys) {
      for (const amount of amountsOf(bench)) {
        const broken = streamOf([...chunksOf(seededBytes(amount), 100_000), new Error('The source of the body failed.')]);
        const did = `Gave put for "${key}" a body that fails after ${amount} bytes`;
        const storing = expectWithin(20_000, session.location.put(key, broken, { signal: bench.signal }), { did, rule: 'allOrNothing' });
        const error = await storing.then(
          () => fail({ did, expected: 'a rejection', came: 'it was fulfilled', rule: 'allOrNothing' }),
          (reason: unknown) => reason,
        );
        const told = error instanceof Error && /The source of the body failed/.test(`${error.message} ${String(error.cause)}`);
        if (!told) fail({ did, expected: 'the error of the body', came: describeError(error), rule: 'providerError', cause: error });
        await expectUntouched(session, did);
      }
    }
    await expectNoLeftovers(bench, 'After bodies that failed');
  }),

  harmlessCheck(
    'write/cancelled',
    'a cancelled put ends soon, also where the body gives nothing, and leaves what was there',
    async (bench) => {
      const session = await openSession(bench);
      await session.put('kept', 'old');
      for (const key of keys) {
        for (const amount of amountsOf(bench)) {
          const stop = new AbortController();
          const body = stalledBody([...chunksOf(seededBytes(amount), 1_000_000)]);
          const storing = session.location.put(key, body.stream, { signal: stop.signal });
          storing.catch(() => {});
          await Promise.race([body.waiting, storing]);
          stop.abort();
          const did = `Gave put for "${key}" ${amount} bytes, then nothing, and cancelled it`;
          await expectCode(expectWithin(10_000, storing, { did, rule: 'signal' }), 'cancelled', { did, rule: 'signal' });
          await expectWithin(1_000, body.cancelled, { did: `${did}; waited for it to cancel the body`, rule: 'noFaster' });
          await expectUntouched(session, did);
        }
      }
      await expectNoLeftovers(bench, 'After puts that were cancelled');
    },
  ),

  defineCheck(
    'write/no-leftovers',
    title,
    async (bench) => {
      const session = await openSession(bench);
      for (let version = 1; version <= 3; version += 1) await session.put('versions', `version ${version}`);
      await session.remove('versions');
      await expectNoLeftovers(bench, 'Stored an object three times and deleted it', 'deleted');
      const stop = new AbortController();
      const body = stalledBody([seededBytes((bench.partBytes ?? 0) * 2 + 500_000)]);
      const storing = session.location.put('half', body.stream, { signal: stop.signal });
      storing.catch(() => {});
      await Promise.race([body.waiting, storing]);
      stop.abort();
      await storing.catch(() => {});
      await expectNoLeftovers(bench, 'Cancelled a put half-way', 'allOrNothing');
      await session.put('broken', 'whole');
      await session.location.put('broken', streamOf([seededBytes(100_000), new Error('broken')]), { signal: bench.signal }).catch(() => {});
      await session.remove('broken');
      await expectNoLeftovers(bench, 'Let a body fail half-way, and deleted what was there before', 'allOrNothing');
    },
    { needs: ['leftovers'] },
  ),

  harmlessCheck('write/body-cancelled', 'a body that is not read to its end is cancelled', async (bench) => {
    const session = await openSession(bench);
    const body = stalledBody([seededBytes(10)]);
    const did = 'Gave put a body, for a key that it has to refuse';
    await session.location.put('.refused', body.stream, { signal: bench.signal }).catch(() => {});
    await expectWithin(2_000, body.cancelled, { did: `${did}; waited for it to cancel the body`, rule: 'noFaster' });
  }),

  harmlessCheck('write/fired-signal', 'a put whose signal has fired stores nothing', async (bench) => {
    const session = await openSession(bench);
    const did = 'Called put with a signal that had fired';
    await expectCode(session.location.put('late', bodyOf(seededBytes(100)), { signal: AbortSignal.abort() }), 'cancelled', {
      did,
      rule: 'signal',
    });
    expectEqual(await session.keys(), [], { did: `${did}; listed`, rule: 'signal' });
  }),
];
