import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateEncryptionKey, isEncryptionKey, normalizeTypedKey, typedKeyCandidates } from './encryption-key.js';

const keys = fc
  .array(fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.split('')), { minLength: 28, maxLength: 28 })
  .map((characters) => characters.join('').match(/.{4}/g)?.join('-') ?? '');

describe('an encryption key', () => {
  test('is seven groups of four capitals and digits, all equally likely', () => {
    const counts = new Map<string, number>();
    const drawn = 2_000;
    for (let n = 0; n < drawn; n += 1) {
      const key = generateEncryptionKey();
      expect(isEncryptionKey(key)).toBe(true);
      for (const character of key.replaceAll('-', '')) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    // Chi-square with 35 degrees of freedom exceeds 120 about once in 10^11 runs; `byte % 36` would give about 280.
    const expected = (drawn * 28) / 36;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(36);
    expect(chiSquare).toBeLessThan(120);
  });

  test('is understood however it is typed', () => {
    const separators = fc.constantFrom('', ' ', '-', ' - ', '\u2013', '\u2014', '\u2212', '\u00a0', '\t', '.', '_', '\u200b');
    fc.assert(
      fc.property(keys, fc.array(separators, { minLength: 28, maxLength: 28 }), fc.boolean(), (key, between, lower) => {
        const typed = key
          .replaceAll('-', '')
          .split('')
          .map((character, at) => `${character}${between[at] ?? ''}`)
          .join('');
        expect(normalizeTypedKey(lower ? typed.toLowerCase() : typed)).toBe(key);
      }),
    );
  });

  test.each([
    ['full-width letters', 'ＡＢＣＤ-１２３４-EFGH-IJKL-MNOP-QRST-UVWX'],
    ['Cyrillic letters', 'АВСD-1234-ЕFGН-IJКL-МNОР-QRSТ-UVWХ'],
    ['Greek letters', 'ΑΒCD-1234-ΕFGΗ-ΙJΚL-ΜΝΟP-QRST-UVWΧ'],
  ])('is understood with %s', (_, typed) => {
    expect(normalizeTypedKey(typed)).toBe('ABCD-1234-EFGH-IJKL-MNOP-QRST-UVWX');
  });

  test.each(['', 'too short', 'H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS-X', 'Ä7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS'])(
    'is not seen in "%s"',
    (typed) => {
      expect(normalizeTypedKey(typed)).toBeUndefined();
    },
  );
});

describe('what someone may have meant', () => {
  test('begins with what they typed, exactly: any password may be meant', () => {
    expect(typedKeyCandidates(' my pass-word ')).toEqual([' my pass-word ', 'my pass-word']);
  });

  test('includes the key whose O and 0, I and 1 were mixed up', () => {
    fc.assert(
      fc.property(keys, fc.nat(), (key, pick) => {
        const places = key.split('').flatMap((character, at) => ('O0I1'.includes(character) ? [at] : []));
        const place = places[pick % Math.max(1, places.length)];
        const swapped = { O: '0', 0: 'O', I: '1', 1: 'I' };
        const typed = key
          .split('')
          .map((character, at) => (at === place ? (swapped[character as keyof typeof swapped] ?? character) : character))
          .join('');
        const candidates = typedKeyCandidates(typed);
        expect(candidates).toContain(key);
        expect(candidates.length).toBeLessThanOrEqual(64);
      }),
    );
  });

  test.each([
    ['a small l for 1', 'ABCD-l234-EFGH-JKLM-NOPQ-RSTU-VWXY', 'ABCD-1234-EFGH-JKLM-NOPQ-RSTU-VWXY'],
    ['a small l for I', 'ABCD-2l34-EFGH-JKLM-NOPQ-RSTU-VWXY', 'ABCD-2I34-EFGH-JKLM-NOPQ-RSTU-VWXY'],
    ['all in small letters', 'abcd-l234-efgh-jklm-nopq-rstu-vwxy', 'ABCD-1234-EFGH-JKLM-NOPQ-RSTU-VWXY'],
  ])('includes the key that was typed with %s', (_, typed, key) => {
    expect(typedKeyCandidates(typed)).toContain(key);
  });

  test('comes in one order, without repeats, the proper form before any exchange', () => {
    const typed = 'o0i1-o0i1-o0i1-o0i1-llll-llll-llll';
    const candidates = typedKeyCandidates(typed);
    expect(candidates.slice(0, 3)).toEqual([typed, 'O0I1-O0I1-O0I1-O0I1-LLLL-LLLL-LLLL', '00I1-O0I1-O0I1-O0I1-LLLL-LLLL-LLLL']);
    expect(new Set(candidates).size).toBe(64);
    expect(typedKeyCandidates(typed)).toEqual(candidates);
  });
});
