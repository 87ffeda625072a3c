import { stalledBody } from '../../bodies/body.js';
import { seededBytes } from '../../bodies/seeded-bytes.js';
import { expectCode, expectEqual, expectTrue } from '../../expectation/expect.js';
import { collect, openSession } from '../../session.js';
import { harmlessCheck } from '../define-check.js';

const keys = ['C', 'a-b', 'a.tar', 'a/b', 'a/b-c/d', 'a/c', 'a0', 'ab/c', 'b', 'b_1'];
const prefixes = [
  '',
  'a',
  'a/',
  'a/b',
  'a/b-',
  'a/b-c/d',
  'ab',
  'ab/',
  'C',
  'c',
  'a/b/',
  'zzz',
  'b_',
  '/',
  '..',
  'a//',
  'a/../b',
  '%61',
  'é',
  'a b',
  '\\',
];

export const listChecks = [
  harmlessCheck('list/empty', 'an empty place lists nothing', async (bench) => {
    const session = await openSession(bench);
    expectEqual(await session.keys(), [], { did: 'Listed an empty place', rule: 'list' });
    expectEqual(await session.keys('a'), [], { did: 'Listed an empty place with the prefix "a"', rule: 'list' });
  }),

  harmlessCheck('list/order', 'objects are listed in ascending order of the bytes of their keys', async (bench) => {
    const session = await openSession(bench);
    for (const key of keys.toReversed()) await session.put(key, key);
    expectEqual(await session.keys(), keys, { did: 'Stored objects in another order and listed them', rule: 'list' });
  }),

  harmlessCheck('list/prefix', 'a prefix is any string, and only what starts with it is listed', async (bench) => {
    const session = await openSession(bench);
    for (const key of keys) await session.put(key, key);
    for (const prefix of prefixes) {
      const expected = keys.filter((key) => key.startsWith(prefix));
      expectEqual(await session.keys(prefix), expected, { did: `Listed with the prefix ${JSON.stringify(prefix)}`, rule: 'list' });
    }
  }),

  harmlessCheck('list/sizes', 'the list tells of each object what head tells', async (bench) => {
    const session = await openSession(bench);
    for (const size of [0, 1, 5_000, 70_000]) await session.put(`object-${size}`, seededBytes(size));
    for (const listed of await session.list()) {
      expectEqual(listed, await session.head(listed.key), { did: `Compared what list and head tell of "${listed.key}"`, rule: 'list' });
      expectEqual(`object-${listed.size}`, listed.key, { did: `Looked at the size of an object as it is listed`, rule: 'sizeIsBytes' });
    }
  }),

  harmlessCheck('list/unfinished', 'what is being stored is not listed', async (bench) => {
    const session = await openSession(bench);
    await session.put('there', 'x');
    const body = stalledBody([seededBytes((bench.partBytes ?? 0) * 2 + 600_000)]);
    const storing = session.location.put('coming', body.stream, { signal: bench.signal });
    storing.catch(() => {});
    await Promise.race([body.waiting, storing]);
    expectEqual(await session.keys(), ['there'], { did: 'Listed while another object was being stored', rule: 'ownFiles' });
    body.end();
    await storing;
    expectEqual(await session.keys(), ['coming', 'there'], { did: 'Listed after it had been stored', rule: 'list' });
  }),

  harmlessCheck('list/left-early', 'a list may be left before its end', async (bench) => {
    const session = await openSession(bench);
    await Promise.all(keys.map((key) => session.put(key, key)));
    for await (const { key } of session.location.list('', { signal: bench.signal })) {
      expectEqual(key, keys[0], { did: 'Took the first object of a list', rule: 'list' });
      break;
    }
    expectEqual(await session.keys(), keys, { did: 'Left one list after its first object, and listed again', rule: 'list' });
  }),

  harmlessCheck('list/cancelled', 'a list ends when its signal fires', async (bench) => {
    const session = await openSession(bench);
    await Promise.all(keys.map((key) => session.put(key, key)));
    const did = 'Listed with a signal that had fired';
    await expectCode(collect(session.location.list('', { signal: AbortSignal.abort() })), 'cancelled', { did, rule: 'signal' });
    for (const last of [1, 3]) {
      const stop = new AbortController();
      let seen = 0;
      const listing = async () => {
        for await (const _ of session.location.list('', { signal: stop.signal })) {
          seen += 1;
          if (seen === last) stop.abort();
        }
      };
      const did = `Let the signal of a list fire at object ${last} of ${keys.length}`;
      await expectCode(listing(), 'cancelled', { did, rule: 'signal' });
      expectTrue(seen <= keys.length, { did, expected: 'no object twice', came: `${seen} objects`, rule: 'list' });
    }
  }),

  harmlessCheck('list/while-changing', 'a list ends, and has no object twice, while others are stored and deleted', async (bench) => {
    const session = await openSession(bench);
    await Promise.all(keys.map((key) => session.put(key, key)));
    const seen: string[] = [];
    for await (const { key } of session.location.list('', { signal: bench.signal })) {
      seen.push(key);
      if (seen.length > 100) break;
      await session.put(`c-${seen.length}`, 'new');
      if (key === 'a-b') await session.remove('a/c');
    }
    const did = 'Stored an object for each one that was listed, and deleted one';
    const steady = keys.filter((key) => key !== 'a/c');
    expectEqual(
      seen.filter((key) => steady.includes(key)),
      steady,
      { did, rule: 'meanwhile' },
    );
    expectEqual(seen, [...new Set(seen)].sort(), { did, rule: 'list' });
    expectTrue(seen.length <= 2 * keys.length, {
      did,
      expected: 'an end of the list',
      came: `${seen.length} objects of it`,
      rule: 'meanwhile',
    });
  }),
];
