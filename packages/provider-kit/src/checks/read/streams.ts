import { buffer } from 'node:stream/consumers';
import { isProviderError } from '@holdfast/core/provider-api';
import { seededBytes } from '../../bodies/seeded-bytes.js';
import { describeError, fail } from '../../expectation/check-failure.js';
import { expectBytes, expectCode, expectEqual, expectWithin } from '../../expectation/expect.js';
import { openSession } from '../../session.js';
import { defineCheck, harmlessCheck } from '../define-check.js';

const large = 3_000_000;

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

export const streamChecks = [
  harmlessCheck(
    'read/while-replaced',
    'who reads an object that is replaced or deleted gets the old bytes or an error, never a mix',
    async (bench) => {
      const session = await openSession(bench);
      for (const what of ['replaced', 'deleted'] as const) {
        const old = seededBytes(large, 'old');
        await session.put('object', old);
        const reader = (await session.location.get('object', { signal: bench.signal })).getReader();
        const first = await reader.read();
        if (what === 'replaced') await session.put('object', seededBytes(large, 'new'));
        else await session.remove('object');
        const did = `Read the first chunk of an object of ${large} bytes, had it ${what}, and read the rest`;
        const chunks = [Buffer.from(first.value ?? [])];
        try {
          for (;;) {
            const { done, value } = await reader.read();
            if (done) break;
            chunks.push(Buffer.from(value));
          }
          expectBytes(Buffer.concat(chunks), old, { did, rule: 'neverAMix' });
        } catch (error) {
          if (isProviderError(error)) continue;
          if (error instanceof Error && error.name === 'CheckFailure') throw error;
          fail({ did, expected: 'the old bytes or a ProviderError', came: describeError(error), rule: 'providerError', cause: error });
        }
      }
    },
  ),

  harmlessCheck('read/early-end', 'a stream may be left before its end, again and again', async (bench) => {
    const session = await openSession(bench);
    const content = seededBytes(large);
    await session.put('object', content);
    for (let round = 1; round <= 20; round += 1) {
      const stream = await session.location.get('object', { signal: bench.signal });
      const reader = stream.getReader();
      await reader.read();
      const did = `Left a stream of ${large} bytes after its first chunk, for the ${round}. time`;
      await expectWithin(5_000, reader.cancel(), { did: `${did}, and waited for "cancel"`, rule: 'signal' });
    }
    const did = 'Left 20 streams before their ends, and read the whole object';
    expectBytes(await expectWithin(20_000, session.read('object'), { did, rule: 'range' }), content, { did, rule: 'range' });
  }),

  harmlessCheck('read/cancelled', 'a stream that is being read ends when its signal fires', async (bench) => {
    const session = await openSession(bench);
    await session.put('object', seededBytes(8_000_000));
    const stop = new AbortController();
    const reader = (await session.location.get('object', { signal: stop.signal })).getReader();
    await reader.read();
    stop.abort();
    const did = 'Read the first chunk of an object of 8000000 bytes, let the signal of "get" fire, and read on';
    await expectCode(expectWithin(10_000, drain(reader), { did, rule: 'signal' }), 'cancelled', { did, rule: 'signal' });
  }),

  harmlessCheck('read/at-its-own-pace', 'a reader that takes its time gets all of it', async (bench) => {
    const session = await openSession(bench);
    const content = seededBytes(2_000_000);
    await session.put('object', content);
    const streams = await Promise.all([1, 2, 3].map(() => session.location.get('object', { signal: bench.signal })));
    // The last is read first: none may wait for another.
    for (const stream of streams.reverse()) {
      const did = 'Opened three streams of one object, and read one after the other';
      expectBytes(await expectWithin(20_000, buffer(stream), { did, rule: 'sameTime' }), content, { did, rule: 'sameTime' });
    }
  }),

  harmlessCheck('read/changes-nothing', 'reading an object changes nothing about it', async (bench) => {
    const session = await openSession(bench);
    await session.put('object', seededBytes(10_000));
    const before = await session.head('object');
    await session.read('object');
    await session.read('object', { offset: 10, length: 10 });
    expectEqual(await session.head('object'), before, { did: 'Asked head before and after reading an object', rule: 'head' });
  }),

  defineCheck(
    'read/damaged',
    'what changed in the place is read as it is, or told as corrupt',
    async (bench) => {
      const place = await bench.package?.place();
      const session = await openSession(bench);
      const content = seededBytes(100_000);
      await session.put('object', content);
      await session.read('object');
      await place?.corrupt?.('object');
      const did = 'Stored and read an object, changed a byte of it in the place, and read it again';
      try {
        const came = await session.read('object');
        if (came.equals(content))
          fail({
            did,
            expected: 'the changed bytes, or a ProviderError "corrupt"',
            came: 'what had been stored: it was not read from the place',
            rule: 'corrupt',
          });
        expectEqual(came.length, content.length, { did: `${did}; looked at how many bytes came`, rule: 'range' });
      } catch (error) {
        if (isProviderError(error) && error.code === 'corrupt') return;
        throw error;
      }
    },
    { needs: ['corrupt'] },
  ),
];
