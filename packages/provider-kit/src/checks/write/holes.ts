import type { BodyPiece, Location, StoredObject } from '@holdfast/core/provider-api';
import { stalledBody, streamOf } from '../../bodies/body.js';
import { largestHole, type PiecedBody, piecesOf, seededStretches, type Stretch } from '../../bodies/pieces.js';
import { seededBytes, seededNumbers } from '../../bodies/seeded-bytes.js';
import type { CheckBench } from '../../check.js';
import { expectBytes, expectCode, expectEqual, expectWithin } from '../../expectation/expect.js';
import { openSession, type Session } from '../../session.js';
import { harmlessCheck, defineCheck } from '../define-check.js';
import { expectNoLeftovers } from '../leftovers.js';

const without = { skipped: 'Its location has no putDeferred.' };

type PutDeferred = (key: string, pieces: ReadableStream<BodyPiece>, signal?: AbortSignal) => Promise<StoredObject>;

function deferredOf(location: Location, { signal }: CheckBench): PutDeferred | undefined {
  const { putDeferred } = location;
  if (putDeferred === undefined) return undefined;
  return (key, pieces, own = signal) => putDeferred.call(location, key, pieces, { signal: own });
}

async function roundTrip(session: Session, put: PutDeferred, { pieces, content }: PiecedBody, what: string): Promise<void> {
  const did = `Stored a body with ${what}`;
  const { size } = await put('holes', streamOf(pieces));
  expectEqual(size, content.length, { did: `${did} and looked at the size that putDeferred told`, rule: 'holes' });
  expectBytes(await session.read('holes'), content, { did: `${did} and read it back`, rule: 'holes' });
}

/** Holes that lie before, across, behind and at both ends of a part's border, and ones that stay open for parts. */
function aroundBorder(partBytes: number): readonly (readonly Stretch[])[] {
  const hole = (size: number, filledAfter: number): Stretch => ({ size, filledAfter });
  const half = largestHole / 2;
  return [
    [{ size: partBytes - half }, hole(largestHole, 1), { size: partBytes }],
    [{ size: partBytes - 512 }, hole(512, 2), { size: partBytes }, { size: 10 }],
    [{ size: partBytes }, hole(512, 1), { size: 2 * partBytes }],
    [hole(512, 1), { size: partBytes }, hole(1, 0), { size: partBytes - 1 }],
    [{ size: 2 * partBytes - 1 }, hole(2, 0)],
  ];
}

const broken: readonly (readonly [string, readonly BodyPiece[]])[] = [
  ['ends with an open hole', [data('a'), { type: 'hole', length: 4 }]],
  ['opens a second hole', [{ type: 'hole', length: 4 }, data('a'), { type: 'hole', length: 4 }]],
  ['fills where no hole is', [data('abcdef'), fill(0, 'x')]],
  ['fills half a hole', [{ type: 'hole', length: 4 }, fill(0, 'xy')]],
  ['fills beside the hole', [data('a'), { type: 'hole', length: 2 }, fill(2, 'xy')]],
];

function data(text: string): BodyPiece {
  return { type: 'data', bytes: Buffer.from(text) };
}

function fill(offset: number, text: string): BodyPiece {
  return { type: 'fill', offset, bytes: Buffer.from(text) };
}

export const holeChecks = [
  harmlessCheck('write/holes', 'a body with holes becomes the bytes of its pieces in their places', async (bench) => {
    const session = await openSession(bench);
    const put = deferredOf(session.location, bench);
    if (put === undefined) return without;
    const random = seededNumbers('holes');
    for (let round = 1; round <= 20; round += 1) {
      const stretches = seededStretches(random);
      const sizes = stretches.map(
        ({ size, filledAfter }) => `${size}${filledAfter === undefined ? '' : ` (hole, filled after ${filledAfter})`}`,
      );
      await roundTrip(session, put, piecesOf(stretches, `holes ${round}`), `the pieces ${sizes.join(', ') || 'none'}`);
    }
    return undefined;
  }),

  defineCheck('write/holes-at-part-borders', 'a hole may lie across the border of two parts, and stay open behind it', async (bench) => {
    const { partBytes } = bench;
    const session = await openSession(bench);
    const put = deferredOf(session.location, bench);
    if (put === undefined) return without;
    if (partBytes === undefined) return { skipped: 'The subject tells no "partBytes": it stores bodies in one piece.' };
    for (const [index, stretches] of aroundBorder(partBytes).entries()) {
      const sizes = stretches.map(({ size, filledAfter }) => `${size}${filledAfter === undefined ? '' : ' (hole)'}`);
      await roundTrip(
        session,
        put,
        piecesOf(stretches, `border ${index}`),
        `the pieces ${sizes.join(', ')}, parts having ${partBytes} bytes`,
      );
    }
    return undefined;
  }),

  harmlessCheck('write/broken-holes', 'a body that breaks the rules of holes is refused', async (bench) => {
    const session = await openSession(bench);
    const put = deferredOf(session.location, bench);
    if (put === undefined) return without;
    for (const [what, pieces] of broken) {
      const did = `Gave putDeferred a body that ${what}`;
      await expectCode(put('broken', streamOf(pieces)), 'internal', { did, rule: 'holes' });
      expectEqual(await session.keys(), [], { did: `${did}; listed`, rule: 'allOrNothing' });
    }
    return undefined;
  }),

  harmlessCheck('write/holes-cancelled', 'a cancelled put of a body with an open hole leaves what was there', async (bench) => {
    const session = await openSession(bench);
    const put = deferredOf(session.location, bench);
    if (put === undefined) return without;
    await session.put('kept', 'old');
    const stop = new AbortController();
    const bytes = seededBytes((bench.partBytes ?? 0) + 400_000);
    const body = stalledBody<BodyPiece>([
      { type: 'hole', length: 512 },
      { type: 'data', bytes },
    ]);
    const storing = put('kept', body.stream, stop.signal);
    storing.catch(() => {});
    await Promise.race([body.waiting, storing]);
    const did = 'Gave putDeferred an open hole and then nothing, and cancelled it';
    expectEqual((await session.read('kept')).toString(), 'old', {
      did: 'Read an object that was being replaced by putDeferred',
      rule: 'allOrNothing',
    });
    stop.abort();
    await expectCode(expectWithin(10_000, storing, { did, rule: 'signal' }), 'cancelled', { did, rule: 'signal' });
    await expectWithin(1_000, body.cancelled, { did: `${did}; waited for it to cancel the body`, rule: 'noFaster' });
    expectEqual((await session.read('kept')).toString(), 'old', { did: `${did}; read what was there before`, rule: 'allOrNothing' });
    await expectNoLeftovers(bench, did);
    return undefined;
  }),
];
