import { expectEqual } from '../../expectation/expect.js';
import { openSession } from '../../session.js';
import { defineCheck } from '../define-check.js';

/** How many are stored at the same time. */
const atOnce = 16;

export const pageChecks = [
  defineCheck('list/pages', 'a list of more than one page is complete, in order and without doubles', async (bench) => {
    const session = await openSession(bench);
    const page = bench.pageOfList;
    const keys = Array.from({ length: page + 1 }, (_, number) => `many/${String(number).padStart(6, '0')}`);
    const left = keys.toReversed();
    const store = async () => {
      for (let key = left.pop(); key !== undefined; key = left.pop()) await session.put(key, 'x');
    };
    await Promise.all(Array.from({ length: atOnce }, store));
    const did = `Stored ${keys.length} objects, one more than a page of the list has, and listed`;
    expectEqual(digest(await session.keys('many/')), digest(keys), { did, rule: 'list' });
    expectEqual(digest(await session.keys('')), digest(keys), { did: `${did} without a prefix`, rule: 'list' });
    await session.remove(keys[0] ?? '');
    expectEqual(digest(await session.keys('many/')), digest(keys.slice(1)), {
      did: `${did} after one had been deleted: a page exactly`,
      rule: 'list',
    });
  }),
];

/** What matters of a long list, short enough to be shown. */
function digest(keys: readonly string[]) {
  const unordered = keys.findIndex((key, index) => index > 0 && key <= (keys[index - 1] ?? ''));
  return {
    count: keys.length,
    distinct: new Set(keys).size,
    first: keys[0],
    last: keys.at(-1),
    ...(unordered > 0 && { outOfOrder: keys[unordered] }),
  };
}
