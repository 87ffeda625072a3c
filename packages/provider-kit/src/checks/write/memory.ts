import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expectEqual, expectTrue } from '../../expectation/expect.js';
import { openSession } from '../../session.js';
import { defineCheck } from '../define-check.js';

const mebi = 1_048_576;
const bodySize = 256 * mebi;
const chunkSize = mebi / 4;

/** What may be on its way at the same time, bytes: five parts of 16 MiB, what the system buffers, and some air. */
const allowance = 144 * mebi;

/** Frees what nobody holds any more, so that what is left is held by somebody. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
}

/** Equal chunks, each in memory of its own, so that who keeps them can be seen keeping them. */
function measuredBody(every: number, measure: () => void): ReadableStream<Uint8Array> {
  let given = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (given === bodySize) return controller.close();
        if (given % every === 0) {
          // What is stored is let go of a moment later.
          await setTimeout(1);
          measure();
        }
        given += chunkSize;
        return controller.enqueue(new Uint8Array(chunkSize).fill(7));
      },
    },
    { highWaterMark: 0 },
  );
}

export const memoryChecks = [
  defineCheck(
    'write/bounded-memory',
    'a body is read no faster than it is stored: memory stays bounded, whatever its size',
    async (bench) => {
      if (bench.package?.isolation === 'process')
        return { skipped: 'What the provider holds is measured where its code runs in this process: inline.' };
      const session = await openSession(bench);
      collectGarbage();
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      const measure = () => {
        collectGarbage();
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      };
      const { size } = await session.location.put('large', measuredBody(16 * mebi, measure), { signal: bench.signal });
      const did = `Stored a body of ${bodySize / mebi} MiB`;
      expectEqual(size, bodySize, { did, rule: 'sizeIsBytes' });
      const came = `${Math.round(most / mebi)} MiB more than before`;
      expectTrue(most <= allowance, {
        did: `${did} and measured how many bytes were held in memory meanwhile`,
        expected: `at most ${allowance / mebi} MiB`,
        came,
        rule: 'noFaster',
      });
      return undefined;
    },
  ),
];
