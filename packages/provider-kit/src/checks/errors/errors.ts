import { isProviderError, type JsonRecord, type ProviderErrorCode } from '@holdfast/core/provider-api';
import { bodyOf } from '../../bodies/body.js';
import type { CheckBench } from '../../check.js';
import { describeError, fail } from '../../expectation/check-failure.js';
import { expectCode, expectEqual, expectTrue, expectWithin } from '../../expectation/expect.js';
import { secretsIn } from '../../running/secrets-in.js';
import { collect, openSession, type Session } from '../../session.js';
import { defineCheck, harmlessCheck } from '../define-check.js';

type Call = readonly [name: string, run: (signal: AbortSignal) => Promise<unknown>];

/** Each kind of call that the location has. */
function callsOf({ location }: Session): readonly Call[] {
  const { check, usage, sweep } = location;
  const calls: Call[] = [
    ['put', (signal) => location.put('b', bodyOf(Buffer.from('x')), { signal })],
    ['get', (signal) => location.get('a', { signal })],
    ['head', (signal) => location.head('a', { signal })],
    ['list', (signal) => collect(location.list('', { signal }))],
    ['delete', (signal) => location.delete('a', { signal })],
  ];
  if (check !== undefined) calls.push(['check', (signal) => check.call(location, { signal })]);
  if (usage !== undefined) calls.push(['usage', (signal) => usage.call(location, { signal })]);
  if (sweep !== undefined) calls.push(['sweep', (signal) => sweep.call(location, { signal })]);
  return calls;
}

const codes: readonly ProviderErrorCode[] = [
  ...(['auth-failed', 'permission-denied', 'not-found', 'quota-exceeded', 'too-large', 'rate-limited'] as const),
  ...(['unavailable', 'corrupt', 'invalid-config', 'cancelled', 'internal'] as const),
];

/** Calls that can't succeed. */
async function failingCalls(bench: CheckBench, session: Session): Promise<readonly Call[]> {
  const calls: Call[] = [
    ['get of what is not there', () => session.read('nothing/here')],
    ['head of no key', () => session.head('../outside')],
    ['put under no key', () => session.put('.no-key', 'x')],
    ['delete of no key', () => session.remove('a//b')],
    ['get with a signal that has fired', () => session.location.get('a', { signal: AbortSignal.abort() })],
  ];
  const provided = bench.package;
  // A host refuses to add such a location.
  if (provided?.isolation !== 'inline') return calls;
  for (const { name, config } of provided.subject.refused ?? []) {
    const settings = await config(await provided.place());
    calls.push([`head at a location with the settings "${name}"`, () => headWith(bench, settings)]);
  }
  return calls;
}

/** How long a location that can't work is tried, milliseconds. */
const patience = 4_000;

async function headWith({ open, signal }: CheckBench, config: JsonRecord): Promise<unknown> {
  const location = await open({ firstUse: false, config });
  // Who goes on trying is cancelled: that is an error as good as any.
  return location.head('a', { signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]) });
}

export const errorChecks = [
  harmlessCheck('errors/fired-signal', 'every call with a signal that has fired is cancelled at once', async (bench) => {
    const session = await openSession(bench);
    await session.put('a', 'content');
    for (const [name, run] of callsOf(session)) {
      const did = `Called ${name} with a signal that had fired`;
      await expectCode(expectWithin(1_000, run(AbortSignal.abort()), { did, rule: 'signal' }), 'cancelled', { did, rule: 'signal' });
    }
    expectEqual(await session.keys(), ['a'], { did: 'Called put and delete with a signal that had fired, and listed', rule: 'signal' });
  }),

  defineCheck('errors/classified', 'every failure is a ProviderError with a code and a message, and holds no secret', async (bench) => {
    const session = await openSession(bench);
    await session.put('a', 'content');
    const { manifest, place } = bench.package ?? {};
    const config = (await place?.())?.config ?? {};
    for (const [name, run] of await failingCalls(bench, session)) {
      const did = `Made a call that fails: ${name}`;
      const error: unknown = await run(bench.signal).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      // Whether it fails is another check's business.
      if (error === undefined) continue;
      if (!isProviderError(error))
        fail({ did, expected: 'a ProviderError', came: describeError(error), rule: 'providerError', cause: error });
      expectTrue(codes.includes(error.code), { did, expected: `one of the codes ${codes.join(', ')}`, came: error.code, rule: 'codes' });
      expectTrue(error.message.trim().length > 10, {
        did,
        expected: 'a message that says what failed',
        came: JSON.stringify(error.message),
        rule: 'noSecrets',
      });
      if (manifest === undefined) continue;
      const [field] = secretsIn(`${error.message} ${JSON.stringify(error)}`, manifest, config);
      expectTrue(field === undefined, { did, expected: 'no secret in the error', came: `the value of "${field}"`, rule: 'noSecrets' });
    }
  }),
];
