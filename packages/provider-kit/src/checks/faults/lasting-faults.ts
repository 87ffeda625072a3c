import { createServer } from 'node:http';
import { once } from 'node:events';
import type { ProviderErrorCode } from '@holdfast/core/provider-api';
import { bodyOf } from '../../bodies/body.js';
import { seededBytes } from '../../bodies/seeded-bytes.js';
import { expectBytes, expectCode, expectEqual, expectTrue, expectWithin, shown } from '../../expectation/expect.js';
import type { Fault } from '../../faults/index.js';
import { collect, type Session, sessionOf } from '../../session.js';
import { outcomeOf, outcomeWithin, passing } from './outcome.js';
import { faultCheck, type Proxied, throughProxy, withProxy } from './through-proxy.js';

type Call = readonly [name: string, run: (signal: AbortSignal) => Promise<unknown>];

/** Calls of an object that there is, and one that stores. */
function callsOf({ location }: Session): readonly Call[] {
  return [
    ['head', (signal) => location.head('there', { signal })],
    ['get', async (signal) => readAll(await location.get('there', { signal }))],
    ['list', (signal) => collect(location.list('', { signal }))],
    ['put', (signal) => location.put('new', bodyOf(seededBytes(100_000)), { signal })],
    // Another one: all are made at the same time.
    ['delete', (signal) => location.delete('elsewhere', { signal })],
  ];
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  return bytes;
}

/** How many requests a call may send to a service that fails each of them, within a few seconds. */
const mostRequests = 40;

/** Makes each call, all at the same time, while each request meets the fault. */
async function whileFailing(
  { session, proxy }: Proxied,
  fault: Fault,
  codes: readonly ProviderErrorCode[],
  what: string,
  milliseconds = 3_000,
): Promise<void> {
  await session.put('there', 'content');
  proxy.set([{ fault }]);
  proxy.clear();
  const calls = callsOf(session);
  await Promise.all(
    calls.map(async ([name, run]) => {
      const did = `Called ${name} while ${what}`;
      const outcome = await outcomeWithin(milliseconds, run, codes, did);
      expectTrue(!('value' in outcome), {
        did,
        expected: `a ProviderError "${codes.join('" or "')}"`,
        came: 'it succeeded',
        rule: 'codes',
      });
      if ('value' in outcome) return;
      expectTrue(outcome.message.length < 2_000, {
        did,
        expected: 'a message for people',
        came: `one of ${outcome.message.length} characters`,
        rule: 'noSecrets',
      });
    }),
  );
  const sent = proxy.requests().length;
  const did = `Made ${calls.length} calls at the same time while ${what}, for ${milliseconds / 1_000} s at most`;
  expectTrue(sent <= mostRequests * calls.length, {
    did,
    expected: `at most ${mostRequests} requests for each`,
    came: `${sent} in all`,
    rule: 'unavailable',
  });
  proxy.set([]);
  // Credentials that were refused may be taken for wrong ones until somebody changes them.
  if (!codes.includes('unavailable')) return;
  expectEqual((await session.read('there')).toString(), 'content', {
    did: `${did}; then it worked again, and read what was there`,
    rule: 'unavailable',
  });
}

export const lastingFaultChecks = [
  faultCheck('faults/outage', 'a service that is gone is "unavailable", and used again when it is back', async (bench) =>
    throughProxy(bench, (proxied) => whileFailing(proxied, 'refuse', ['unavailable'], 'the service refused every connection')),
  ),

  faultCheck('faults/error-page', "a server's page of errors, however long, is no message", async (bench) => {
    const page = `<html>${'The server is sorry. '.repeat(200_000)}</html>`;
    const fault: Fault = { status: 500, body: page, headers: { 'content-type': 'text/html' } };
    await throughProxy(bench, (proxied) => whileFailing(proxied, fault, passing, 'each answer was status 500 with a page of 4 MB'));
  }),

  faultCheck('faults/unauthorized', 'status 401 is "auth-failed", after few requests', async (bench) =>
    throughProxy(bench, (proxied) =>
      whileFailing(proxied, { status: 401, body: '' }, ['auth-failed'], 'each answer was status 401', 15_000),
    ),
  ),

  faultCheck('faults/forbidden', 'status 403 is "permission-denied"', async (bench) =>
    throughProxy(bench, (proxied) =>
      whileFailing(proxied, { status: 403, body: '' }, ['permission-denied', 'auth-failed'], 'each answer was status 403', 15_000),
    ),
  ),

  faultCheck('faults/too-many-requests', 'status 429 is waited for as long as the service says, or told with that time', async (bench) =>
    throughProxy(bench, async ({ session, proxy }) => {
      await session.put('there', 'content');
      proxy.set([{ match: { nth: 1, times: 2 }, fault: { status: 429, body: '', headers: { 'retry-after': '1' } } }]);
      const did = 'Called head, of whose requests the first two were answered with status 429 and "Retry-After: 1"';
      const started = performance.now();
      const outcome = await outcomeOf(session.head('there'), ['rate-limited', 'unavailable'], did);
      const came = 'value' in outcome ? `success after ${Math.round(performance.now() - started)} ms` : shown(outcome);
      if ('value' in outcome)
        expectTrue(performance.now() - started > 900, { did, expected: 'a second between two requests', came, rule: 'rateLimited' });
      else expectTrue(outcome.retryAfter === 1, { did, expected: '"rate-limited" with "retryAfter": 1', came, rule: 'rateLimited' });
    }),
  ),

  faultCheck('faults/stalled', 'a call whose service says nothing ends when it is cancelled', async (bench) =>
    throughProxy(bench, async ({ session, proxy }) => {
      await session.put('there', 'content');
      for (const [way, first] of [
        ['down', 0],
        ['down', 3],
        ['up', 1_000],
      ] as const) {
        proxy.set([{ fault: { stall: first, way } }]);
        await Promise.all(
          callsOf(session).map(async ([name, run]) => {
            const part = way === 'up' ? 'what was sent' : 'the answer';
            const did = `Called ${name} while nothing came through after ${first} bytes of ${part}`;
            await outcomeWithin(1_500, run, ['unavailable'], did);
          }),
        );
        proxy.set([]);
        await session.put('there', 'content');
      }
    }),
  ),

  faultCheck('faults/slow', 'a slow line is no stall', async (bench) =>
    throughProxy(bench, async ({ session, proxy }) => {
      const content = seededBytes(200_000);
      proxy.set([{ fault: { drip: 100_000, way: 'up' } }]);
      const did = 'with 100 KB a second';
      await expectWithin(20_000, session.put('slow', content), { did: `Stored 200000 bytes ${did}`, rule: 'unknownLength' });
      proxy.set([{ fault: { drip: 100_000 } }]);
      const reading = expectWithin(20_000, session.read('slow'), { did: `Read 200000 bytes ${did}`, rule: 'range' });
      expectBytes(await reading, content, { did: `Stored and read 200000 bytes ${did}`, rule: 'range' });
    }),
  ),

  faultCheck('faults/redirected', 'where the service sends a request elsewhere, no secret goes there', async (bench) => {
    const seen: string[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(...Object.entries(request.headers).flatMap(([name, value]) => [`${name}: ${String(value)}`]), request.url ?? '');
      request.resume().on('end', () => response.writeHead(200).end('{}'));
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const address = elsewhere.address();
    try {
      await throughProxy(bench, async ({ session, proxy }) => {
        await session.put('there', 'content');
        const port = typeof address === 'object' ? address?.port : undefined;
        proxy.set([{ fault: { redirect: `http://localhost:${port}/elsewhere` } }]);
        for (const [name, run] of callsOf(session)) {
          const did = `Called ${name} while each request was sent elsewhere`;
          const codes = ['unavailable', 'internal', 'not-found', 'permission-denied', 'auth-failed', 'invalid-config'] as const;
          const outcome = await outcomeWithin(1_500, run, codes, did);
          const isFooled = 'value' in outcome && name === 'get' && outcome.value !== 7;
          expectTrue(!isFooled, { did, expected: 'an error, or the object', came: shown(outcome), rule: 'codes' });
        }
      });
      const secret = seen.find((line) => /^authorization:|signature=|token=/i.test(line));
      const did = 'Sent each request elsewhere, and looked at what came there';
      expectTrue(secret === undefined, { did, expected: 'no credentials', came: (secret ?? '').slice(0, 30), rule: 'noSecrets' });
    } finally {
      elsewhere.closeAllConnections();
      elsewhere.close();
    }
  }),

  faultCheck('faults/no-such-host', 'a host that there is not is "unavailable" or a wrong setting', async (bench) => {
    const { package: provided } = bench;
    const through = (await provided?.place())?.through;
    if (through === undefined || provided?.isolation !== 'inline') return { skipped: 'A host refuses to add such a location.' };
    const config = through.config({ host: 'no-such-host.invalid', port: through.upstream.port });
    const did = 'Opened a location whose host there is not, and called head';
    const call = async (signal: AbortSignal) => (await bench.open({ firstUse: false, config })).head('there', { signal });
    const outcome = await outcomeWithin(5_000, call, ['unavailable', 'invalid-config', 'not-found'], did);
    expectTrue(!('value' in outcome), { did, expected: 'an error', came: shown(outcome), rule: 'unavailable' });
    return undefined;
  }),

  faultCheck('faults/damaged-upload', 'what was damaged on its way is refused, or not called verified', async (bench) =>
    throughProxy(bench, async ({ session, proxy }) => {
      const content = seededBytes(200_000);
      proxy.set([1, 2, 3].map((nth) => ({ match: { nth, times: 1 }, fault: { flip: 5_000, way: 'up' } as const })));
      const did = 'Stored 200000 bytes of which one was changed on its way to the service';
      const outcome = await outcomeOf(
        session.put('damaged', content),
        [...passing, 'corrupt', 'internal', 'auth-failed', 'permission-denied'],
        did,
      );
      proxy.set([]);
      if (!('value' in outcome)) return;
      const came = await session.read('damaged');
      const told = shown(outcome.value);
      if (outcome.value.verified === true) expectBytes(came, content, { did: `${did}; put told ${told}; read it back`, rule: 'verified' });
      expectEqual(came.length, content.length, { did: `${did}; put told ${told}; read it back`, rule: 'sizeIsBytes' });
    }),
  ),

  faultCheck('faults/fired-signal', 'a call whose signal has fired sends nothing', async (bench) =>
    throughProxy(bench, async ({ session, proxy }) => {
      await session.put('there', 'content');
      proxy.clear();
      for (const [name, run] of callsOf(session)) {
        const did = `Called ${name} with a signal that had fired`;
        await expectCode(run(AbortSignal.abort()), 'cancelled', { did, rule: 'signal' });
        expectEqual(
          proxy.requests().map(({ method, path }) => `${method} ${path}`),
          [],
          { did: `${did}, and looked for requests`, rule: 'signal' },
        );
      }
    }),
  ),

  faultCheck('faults/open-is-cheap', 'opening a location connects to nothing', async (bench) => {
    if (bench.package?.isolation !== 'inline') return { skipped: 'A host tries a location out when it is added.' };
    await withProxy(bench, async (proxy, config) => {
      const location = await bench.open({ firstUse: false, config });
      expectEqual(proxy.connections().total, 0, { did: 'Opened a location without firstUse, and counted its connections', rule: 'cheap' });
      await sessionOf(location, bench.signal).keys();
      await location[Symbol.asyncDispose]();
    });
    return undefined;
  }),
];
