import { bodyOf } from '../../bodies/body.js';
import { seededBytes } from '../../bodies/seeded-bytes.js';
import { expectBytes, expectEqual, expectTrue } from '../../expectation/expect.js';
import { openSession } from '../../session.js';
import { expectNoLeftovers } from '../leftovers.js';
import { harmlessCheck } from '../define-check.js';

export const sameTimeChecks = [
  harmlessCheck('write/at-the-same-time', "calls at the same time don't disturb each other", async (bench) => {
    const session = await openSession(bench);
    const keys = Array.from({ length: 20 }, (_, number) => `folder-${number % 3}/deep/object-${number}`);
    const contentOf = (key: string) => seededBytes(60_000 + key.length * 1_000, key);
    await Promise.all(keys.map((key) => session.put(key, contentOf(key))));
    const did = `Stored ${keys.length} objects at the same time`;
    const read = await Promise.all(keys.map((key) => session.read(key)));
    for (const [index, key] of keys.entries())
      expectBytes(read[index] ?? Buffer.of(), contentOf(key), {
        did: `${did}, read them at the same time, and looked at "${key}"`,
        rule: 'sameTime',
      });
    await Promise.all(keys.flatMap((key) => [session.remove(key), session.put(`again/${key}`, key)]));
    const left = keys.map((key) => `again/${key}`).sort();
    expectEqual(await session.keys(), left, { did: `${did}; deleted them while others were stored; listed`, rule: 'sameTime' });
  }),

  harmlessCheck('write/same-key', 'of puts to one key at the same time one wins, whole', async (bench) => {
    const session = await openSession(bench);
    const contents = Array.from({ length: 8 }, (_, number) => seededBytes(200_000 + number, number));
    const puts = contents.map((content) => session.location.put('one', bodyOf(content), { signal: bench.signal }));
    const done = (await Promise.allSettled(puts)).filter(({ status }) => status === 'fulfilled').length;
    const did = `Stored ${contents.length} bodies under one key at the same time, of which ${done} were fulfilled`;
    expectTrue(done > 0, { did, expected: 'at least one that is', came: 'none', rule: 'sameTime' });
    const came = await session.read('one');
    const whole = contents.some((content) => content.equals(came));
    expectTrue(whole, {
      did: `${did}; read it`,
      expected: 'the bytes of one of them',
      came: `${came.length} bytes of none`,
      rule: 'neverAMix',
    });
    expectEqual((await session.head('one'))?.size, came.length, { did: `${did}; asked head for its size`, rule: 'sizeIsBytes' });
    await session.remove('one');
    expectEqual(await session.keys(), [], { did: `${did}; deleted it and listed`, rule: 'deleted' });
    await expectNoLeftovers(bench, `${did}; deleted it`, 'deleted');
  }),
];
