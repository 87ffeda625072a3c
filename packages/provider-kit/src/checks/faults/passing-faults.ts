import type { Check } from '../../check.js';
import { seededBytes } from '../../bodies/seeded-bytes.js';
import { expectBytes, expectEqual, expectTrue, shown } from '../../expectation/expect.js';
import type { Fault } from '../../faults/index.js';
import { expectNoLeftovers } from '../leftovers.js';
import { outcomeOf, passing, settled } from './outcome.js';
import { faultCheck, type Proxied, throughProxy } from './through-proxy.js';

const size = 300_000;

/** What goes wrong once, by the end of its check's id. */
const faults: Readonly<Record<string, { readonly what: string; readonly fault: Fault }>> = {
  refused: { what: 'was refused its connection', fault: 'refuse' },
  'reset-up': { what: 'lost its connection after 10000 bytes of its body', fault: { reset: 'up', afterBytes: 10_000 } },
  'reset-down': { what: 'lost its connection after 100 bytes of the answer', fault: { reset: 'down', afterBytes: 100 } },
  truncated: { what: 'got an answer that ended after 100 bytes', fault: { truncate: 100 } },
  'server-error': { what: 'was answered with status 503', fault: { status: 503, body: 'Try again.' } },
  'lost-answer': { what: 'was carried out, and its answer got lost', fault: { lostAnswer: true } },
  garbage: { what: 'was answered with what is not HTTP', fault: { garbage: true } },
};

/** Makes each call while one request fails: it has to succeed with what is right, or say that it may succeed later. */
async function tryCalls({ session, proxy }: Proxied, nth: number, what: string, fault: Fault): Promise<void> {
  const content = seededBytes(size, what);
  const key = (name: string) => `fault-${nth}/${name}`;
  await session.put(key('there'), content);
  const listed = await session.list(`fault-${nth}/`);
  const begin = (call: string) => {
    proxy.set([{ match: { nth, times: 1 }, fault }]);
    return `Called ${call}, of whose requests number ${nth} ${what}`;
  };

  const reading = begin('get');
  const read = await outcomeOf(session.read(key('there')), passing, reading);
  if ('value' in read) expectBytes(read.value, content, { did: reading, rule: 'range' });

  const asking = begin('head');
  const asked = await outcomeOf(session.head(key('there')), passing, asking);
  if ('value' in asked) expectEqual(asked.value, listed[0], { did: asking, rule: 'head' });

  const listing = begin('list');
  const seen = await outcomeOf(session.list(`fault-${nth}/`), passing, listing);
  if ('value' in seen) expectEqual(seen.value, listed, { did: listing, rule: 'list' });

  for (const name of ['new', 'there']) {
    const replacement = seededBytes(size, `${what} ${name}`);
    const storing = begin(`put for ${name === 'new' ? 'a new key' : 'an object that there was'}`);
    const stored = await outcomeOf(session.put(key(name), replacement), passing, storing);
    proxy.set([]);
    const isThere = (await settled(() => session.head(key(name)))) !== undefined;
    const came = isThere ? await settled(() => session.read(key(name))) : undefined;
    const isNew = came?.equals(replacement) === true;
    const isOld = name === 'new' ? came === undefined : came?.equals(content) === true;
    if ('value' in stored) {
      expectTrue(isNew, {
        did: `${storing}; it was fulfilled; read the object`,
        expected: 'what was stored',
        came: `${came?.length ?? 'no'} bytes`,
        rule: 'allOrNothing',
      });
      continue;
    }
    // Whether the service had done it when its answer was lost, nobody can know.
    expectTrue(isOld || isNew, {
      did: `${storing}; it was rejected; read the object`,
      expected: 'what was there before, or all of the new',
      came: shown(came?.length),
      rule: 'allOrNothing',
    });
    await settled(() => session.put(key(name), replacement));
    expectBytes(await session.read(key(name)), replacement, {
      did: `${storing}; it was rejected; called it again, and read the object`,
      rule: 'unavailable',
    });
  }

  const removing = begin('delete');
  const removed = await outcomeOf(session.remove(key('new')), passing, removing);
  proxy.set([]);
  if (!('value' in removed)) await settled(() => session.remove(key('new')));
  expectEqual(await settled(() => session.keys(`fault-${nth}/`)), [key('there')], {
    did: `${removing}${'value' in removed ? '' : ', and again'}; listed`,
    rule: 'deleted',
  });
}

export const passingFaultChecks: readonly Check[] = Object.entries(faults).map(([name, { what, fault }]) =>
  faultCheck(`faults/${name}`, `a request that ${what} makes no call wrong`, async (bench) => {
    for (const nth of [1, 2, 3]) await throughProxy(bench, (proxied) => tryCalls(proxied, nth, what, fault));
    const location = await bench.open({ firstUse: true });
    await location.sweep?.({ signal: bench.signal });
    const left = [1, 2, 3].map((nth) => `fault-${nth}/there`);
    for (const key of left) await location.delete(key, { signal: bench.signal });
    // A half upload whose request got lost may be anybody's guess, but what was deleted must be.
    if (typeof fault === 'object' && 'status' in fault)
      await expectNoLeftovers(bench, `After requests of which one ${what}, all was deleted`, 'deleted');
  }),
);
