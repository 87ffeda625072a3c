import type { StoredObject } from '@holdfast/core/provider-api';
import { bodyOf } from '../../bodies/body.js';
import { seededBytes, seededInteger, seededNumbers } from '../../bodies/seeded-bytes.js';
import { expectBytes, expectEqual, expectTrue, shown } from '../../expectation/expect.js';
import { openSession, type Session } from '../../session.js';
import { harmlessCheck, defineCheck } from '../define-check.js';

const someSizes = [0, 1, 4_095, 4_096, 4_097, 65_536, 1_048_576];

/** Stores so many bytes in chunks as they fall, reads them back and compares all that is told of them. */
async function roundTrip(session: Session, key: string, size: number, told: boolean): Promise<void> {
  const content = seededBytes(size, key);
  const chunk = seededInteger(seededNumbers(key), 1_000, 300_000);
  const did = `Stored ${size} bytes under "${key}" in chunks of ${chunk}${told ? ', with their size told' : ''}, and read them back`;
  const { signal, location } = session;
  const stored = await location.put(key, bodyOf(content, chunk), { signal, ...(told && { size }) });
  expectInfo(stored, key, size, did);
  expectBytes(await session.read(key), content, { did, rule: 'range' });
  const { verified: _, ...info } = stored;
  expectEqual(await session.head(key), info, {
    did: `Stored "${key}" and asked head for it, to compare with what put had told`,
    rule: 'head',
  });
  expectEqual(await session.list(key), [info], { did: `Stored "${key}" and listed it, to compare with what put had told`, rule: 'list' });
}

function expectInfo(stored: StoredObject, key: string, size: number, did: string): void {
  const came = shown(stored);
  expectTrue(stored.key === key && stored.size === size, {
    did,
    expected: `put to tell "key": "${key}", "size": ${size}`,
    came,
    rule: 'sizeIsBytes',
  });
  const date = new Date(stored.modifiedAt);
  const isIso = !Number.isNaN(date.getTime()) && date.toISOString() === stored.modifiedAt;
  expectTrue(isIso, {
    did,
    expected: 'put to tell "modifiedAt" as ISO 8601 in UTC, as Date.toISOString() writes it',
    came,
    rule: 'isoTime',
  });
  const known = [undefined, true, false].includes(stored.verified);
  expectTrue(known, { did, expected: '"verified" to be true, false or absent', came, rule: 'verified' });
}

export const roundTripChecks = [
  harmlessCheck('write/read-back', 'what was stored is read back, byte by byte, whatever its size', async (bench) => {
    const session = await openSession(bench);
    for (const [index, size] of someSizes.entries()) await roundTrip(session, `sizes/object-${index}`, size, false);
  }),

  defineCheck('write/part-borders', 'sizes around the borders of parts are stored as any other', async (bench) => {
    const { partBytes } = bench;
    if (partBytes === undefined) return { skipped: 'The subject tells no "partBytes": it stores bodies in one piece.' };
    const session = await openSession(bench);
    for (const size of [partBytes - 1, partBytes, partBytes + 1, 2 * partBytes + 1])
      await roundTrip(session, `parts-${size}.tar`, size, false);
    return undefined;
  }),

  harmlessCheck('write/known-size', 'a body whose size is told beforehand is stored as any other', async (bench) => {
    const session = await openSession(bench);
    for (const size of [0, 1, 70_000]) await roundTrip(session, `known-${size}`, size, true);
  }),

  harmlessCheck('write/wrong-size', 'a body of another size than was told is stored as it came, or refused', async (bench) => {
    const session = await openSession(bench);
    const content = seededBytes(50_000);
    for (const [key, size] of [
      ['told-more', 100_000],
      ['told-less', 25_000],
    ] as const) {
      const did = `Said that ${size} bytes would come, and gave 50000`;
      const storing = session.location.put(key, bodyOf(content), { signal: bench.signal, size });
      const stored = await storing.catch(() => undefined);
      if (stored === undefined) expectEqual(await session.keys(key), [], { did: `${did}; put was rejected; listed`, rule: 'allOrNothing' });
      else expectBytes(await session.read(key), content, { did: `${did}; put was fulfilled; read it back`, rule: 'unknownLength' });
    }
  }),

  harmlessCheck('write/replace', 'an object of the same key is replaced', async (bench) => {
    const session = await openSession(bench);
    await session.put('a', 'a long old content');
    const did = 'Stored 18 bytes under "a", then 3 others, and asked for "a"';
    expectEqual((await session.put('a', 'new')).size, 3, { did, rule: 'replaces' });
    expectEqual((await session.read('a')).toString(), 'new', { did, rule: 'replaces' });
    expectEqual(
      (await session.list()).map(({ key, size }) => ({ key, size })),
      [{ key: 'a', size: 3 }],
      { did, rule: 'replaces' },
    );
  }),
];
