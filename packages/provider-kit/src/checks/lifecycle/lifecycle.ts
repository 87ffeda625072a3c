import { setTimeout } from 'node:timers/promises';
import { stalledBody } from '../../bodies/body.js';
import { seededBytes } from '../../bodies/seeded-bytes.js';
import { expectEqual, expectTrue, expectWithin, shown } from '../../expectation/expect.js';
import { openSession, sessionOf } from '../../session.js';
import { defineCheck } from '../define-check.js';
import { expectNoLeftovers } from '../leftovers.js';

/** What keeps a process from ending, by kind, without what the kit's own timers are. */
function resources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (/Socket|TCP|TLS|Pipe|FSEvent|FileHandle|UDP|HTTP/i.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

export const lifecycleChecks = [
  defineCheck('lifecycle/reopen', 'what was stored is there when the place is opened again', async (bench) => {
    const first = await openSession(bench);
    const content = seededBytes(100_000);
    await first.put('folder/object', content);
    const stored = await first.list();
    await first.location[Symbol.asyncDispose]();
    const next = await openSession(bench);
    const did = 'Stored an object, closed the location, opened the place again without firstUse';
    expectEqual(await next.list(), stored, { did: `${did}, and listed`, rule: 'firstUse' });
    expectEqual((await next.read('folder/object')).equals(content), true, { did: `${did}, and read it`, rule: 'allOrNothing' });
    await next.put('folder/more', 'x');
    expectEqual((await next.list()).length, 2, { did: `${did}, and stored one more`, rule: 'firstUse' });
  }),

  defineCheck('lifecycle/two-at-once', 'one place may be open twice, and what one stores the other sees', async (bench) => {
    const one = await openSession(bench);
    const other = await openSession(bench);
    await one.put('by-one', '1');
    expectEqual((await other.read('by-one')).toString(), '1', {
      did: 'Opened a place twice, stored by one and read by the other',
      rule: 'sameTime',
    });
    await one.location[Symbol.asyncDispose]();
    await other.put('by-other', '2');
    expectEqual(await other.keys(), ['by-one', 'by-other'], {
      did: 'Opened a place twice, closed one, and used the other',
      rule: 'sameTime',
    });
    // It may still be written to by the other.
    const body = stalledBody([seededBytes((bench.partBytes ?? 0) + 300_000)]);
    const storing = other.location.put('slow', body.stream, { signal: bench.signal });
    storing.catch(() => {});
    await Promise.race([body.waiting, storing]);
    const third = await openSession(bench);
    await third.location.sweep?.({ signal: bench.signal });
    body.end();
    await storing;
    expectEqual(await third.keys('slow'), ['slow'], { did: 'Swept by one location while another stored an object there', rule: 'sweep' });
  }),

  defineCheck(
    'lifecycle/other-place',
    'two places share nothing',
    async (bench) => {
      const { package: provided } = bench;
      if (provided === undefined) return { skipped: 'There is but one place.' };
      const here = await openSession(bench);
      const there = await provided.subject.place();
      try {
        const location = await (await provided.opener()).open({ firstUse: true, config: there.config });
        const elsewhere = sessionOf(location, bench.signal);
        await here.put('object', 'here');
        expectEqual(await elsewhere.keys(), [], { did: 'Opened two places, stored in one and listed the other', rule: 'list' });
        await elsewhere.put('object', 'there');
        await elsewhere.remove('object');
        expectEqual((await here.read('object')).toString(), 'here', {
          did: 'Deleted in one place what the other has under the same key',
          rule: 'deleted',
        });
        await location[Symbol.asyncDispose]();
      } finally {
        await there[Symbol.asyncDispose]();
      }
      return undefined;
    },
    { needs: ['otherPlaces'] },
  ),

  defineCheck('lifecycle/closed-twice', 'a location may be closed twice, and while it stores', async (bench) => {
    const session = await openSession(bench);
    await session.put('kept', 'old');
    const body = stalledBody([seededBytes(400_000)]);
    const storing = session.location.put('kept', body.stream, { signal: bench.signal });
    storing.catch(() => {});
    await Promise.race([body.waiting, storing]);
    const closing = (async () => {
      await session.location[Symbol.asyncDispose]();
      await session.location[Symbol.asyncDispose]();
    })();
    // It may wait for what it stores, so that ends now; or end it itself, so what it gave up is fine.
    const did = 'Closed a location twice while it stored, and ended the body';
    setImmediate(() => body.end());
    await expectWithin(15_000, closing, { did, rule: 'signal' });
    await expectWithin(
      15_000,
      storing.catch(() => undefined),
      { did: `${did}; waited for put to end`, rule: 'signal' },
    );
    const next = await openSession(bench);
    const size = (await next.head('kept'))?.size;
    expectTrue(size === 3 || size === 400_000, {
      did: `${did}; opened the place again and asked head`,
      expected: 'the old object or the new one, whole',
      came: shown(size),
      rule: 'allOrNothing',
    });
  }),

  defineCheck('lifecycle/nothing-left-open', 'a location that is closed keeps nothing open', async (bench) => {
    const { package: provided } = bench;
    if (provided?.isolation !== 'inline') return { skipped: 'The host itself sees to it that no process is left.' };
    await provided.place();
    const before = resources();
    const session = await openSession(bench);
    await session.put('object', seededBytes(2_000_000));
    await session.read('object');
    await session.keys();
    const reader = (await session.location.get('object', { signal: bench.signal })).getReader();
    await reader.read();
    await reader.cancel();
    await session.location[Symbol.asyncDispose]();
    // What was only just begun shows a moment later.
    await setTimeout(100);
    let after = resources();
    const more = () => Object.entries(after).filter(([kind, count]) => count > (before[kind] ?? 0));
    for (let round = 0; round < 40 && more().length > 0; round += 1) {
      await setTimeout(50);
      after = resources();
    }
    const came = more()
      .map(([kind, count]) => `${count - (before[kind] ?? 0)} ${kind}`)
      .join(', ');
    expectTrue(came === '', {
      did: 'Opened a location, stored, read and listed, and closed it',
      expected: 'no connection or file left open two seconds later',
      came,
      rule: 'signal',
    });
    return undefined;
  }),

  defineCheck('lifecycle/check', 'check tells what there is to know, and leaves nothing behind', async (bench) => {
    const session = await openSession(bench);
    const { check } = session.location;
    if (check === undefined) return { skipped: 'Its location has no check.' };
    await session.put('object', 'x');
    const ask = async () => (await check.call(session.location, { signal: bench.signal })) ?? [];
    const notices = await ask();
    const did = 'Called check';
    for (const notice of notices) {
      const known =
        typeof notice.id === 'string' && /^[a-z0-9-]+$/.test(notice.id) && typeof notice.message === 'string' && notice.message !== '';
      expectTrue(known, { did, expected: 'notices with an id such as "key-expires" and a message', came: shown(notice), rule: 'notice' });
    }
    const again = (await ask()).map(({ id }) => id);
    expectEqual(
      again,
      notices.map(({ id }) => id),
      { did: `${did} twice`, rule: 'notice' },
    );
    expectEqual(await session.keys(), ['object'], { did: `${did} and listed`, rule: 'checkProves' });
    await expectNoLeftovers(bench, did, 'checkProves');
    return undefined;
  }),

  defineCheck('lifecycle/usage', 'usage tells bytes that fit together', async (bench) => {
    const session = await openSession(bench);
    const usage = await session.location.usage?.({ signal: bench.signal });
    if (usage === undefined) return { skipped: 'Its location has no usage.' };
    const { used, free, total } = usage;
    const bytes = [used, free, total].every((value) => value === undefined || (Number.isSafeInteger(value) && value >= 0));
    const did = 'Asked for the usage';
    expectTrue(bytes, { did, expected: 'whole numbers of bytes, or undefined', came: shown(usage), rule: 'usage' });
    const fits = total === undefined || ((used ?? 0) <= total && (free ?? 0) <= total);
    expectTrue(fits, { did, expected: '"used" and "free" within "total"', came: shown(usage), rule: 'usage' });
    return undefined;
  }),

  defineCheck('lifecycle/sweep', 'sweep removes nothing that is in use, and no object', async (bench) => {
    const session = await openSession(bench);
    const { sweep } = session.location;
    if (sweep === undefined) return { skipped: 'Its location has no sweep.' };
    await session.put('object', 'x');
    const size = (bench.partBytes ?? 0) * 2 + 300_000;
    const body = stalledBody([seededBytes(size)]);
    const storing = session.location.put('slow', body.stream, { signal: bench.signal });
    storing.catch(() => {});
    await Promise.race([body.waiting, storing]);
    const did = 'Called sweep while an object was being stored';
    expectEqual(await sweep.call(session.location, { signal: bench.signal }), 0, {
      did: `${did}, and looked at what it had removed`,
      rule: 'sweep',
    });
    body.end();
    expectEqual((await storing).size, size, { did, rule: 'sweep' });
    expectEqual(await session.keys(), ['object', 'slow'], { did: `${did} and listed`, rule: 'sweep' });
    return undefined;
  }),
];
