import { seededBytes, seededInteger, seededNumbers } from '../../bodies/seeded-bytes.js';
import { expectBytes, expectCode, expectEqual } from '../../expectation/expect.js';
import { openSession, type Range, type Session } from '../../session.js';
import { harmlessCheck } from '../define-check.js';

const size = 300_000;

/** Reads the range and compares it with the same part of what was stored. */
async function expectRange(session: Session, content: Buffer, range: Range): Promise<void> {
  const { offset = 0, length = Infinity } = range;
  const did = `Read ${JSON.stringify(range)} of an object of ${content.length} bytes`;
  expectBytes(await session.read('object', range), content.subarray(offset, Math.min(content.length, offset + length)), {
    did,
    rule: 'fewer',
  });
}

export const rangeChecks = [
  harmlessCheck('read/ranges', 'a range gives its bytes, and no more than there are', async (bench) => {
    const session = await openSession(bench);
    const content = seededBytes(size);
    await session.put('object', content);
    const ranges: readonly Range[] = [
      {},
      { offset: 0 },
      { offset: 1 },
      { length: 1 },
      { offset: 65_535, length: 2 },
      { offset: 100_000 },
      { offset: size - 1 },
      { offset: size - 1, length: 1 },
      { offset: size - 10, length: 1_000 },
      { length: size },
      { length: size + 1 },
      { offset: 5, length: 0 },
    ];
    for (const range of ranges) await expectRange(session, content, range);
  }),

  harmlessCheck('read/behind-the-end', 'an offset at or behind the end gives an empty stream', async (bench) => {
    const session = await openSession(bench);
    await session.put('object', seededBytes(100));
    await session.put('empty', '');
    for (const [key, range] of [
      ['object', { offset: 100 }],
      ['object', { offset: 100, length: 5 }],
      ['object', { offset: 1_000_000, length: 5 }],
      ['empty', {}],
      ['empty', { offset: 0, length: 10 }],
      ['empty', { offset: 1 }],
    ] as const) {
      const did = `Read ${JSON.stringify(range)} of an object of ${key === 'empty' ? 0 : 100} bytes`;
      expectEqual((await session.read(key, range)).length, 0, { did, rule: 'notFound' });
    }
  }),

  harmlessCheck('read/random-ranges', 'fifty ranges anywhere give what was stored there', async (bench) => {
    const session = await openSession(bench);
    const content = seededBytes(size, 'ranges');
    await session.put('object', content);
    const random = seededNumbers('ranges');
    for (let round = 0; round < 50; round += 1) {
      const offset = seededInteger(random, 0, size + 10);
      await expectRange(session, content, { offset, length: seededInteger(random, 0, 100_000) });
    }
  }),

  harmlessCheck('read/missing', 'what is not there is told as such', async (bench) => {
    const session = await openSession(bench);
    await session.put('folder/there', 'x');
    for (const key of ['nothing', 'no/such', 'folder', 'folder/ther', 'folder/there/below']) {
      const did = `Stored "folder/there"`;
      await expectCode(session.read(key), 'not-found', { did: `${did} and read "${key}"`, rule: 'notFound' });
      expectEqual(await session.head(key), undefined, { did: `${did} and asked head for "${key}"`, rule: 'head' });
    }
  }),
];
