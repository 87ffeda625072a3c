import { describe, expect, test } from 'vitest';
import { fingerprintOf, isFingerprint, matchesFingerprint, shortFingerprint } from './fingerprint.js';

describe('a fingerprint', () => {
  test('fits its key and no other', async () => {
    const fingerprint = await fingerprintOf('H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS');
    expect(isFingerprint(fingerprint)).toBe(true);
    expect(await matchesFingerprint('H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS', fingerprint)).toBe(true);
    expect(await matchesFingerprint('H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYT', fingerprint)).toBe(false);
    expect(shortFingerprint(fingerprint)).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  });

  test('stays the same in every version: a kit from today opens a backup in ten years', async () => {
    const reference = 'hf1-0123456789abcdef-vmr8dycsr8rrc3g4';
    expect(await matchesFingerprint('H7QD-3ZKP-W9XB-5MTV-R2LC-8NGJ-4FYS', reference)).toBe(true);
  });

  test('of the same key is another each time, so it can not be looked up', async () => {
    expect(await fingerprintOf('1234')).not.toBe(await fingerprintOf('1234'));
  });

  test.each(['', 'hf1', 'hf2-0123456789abcdef-0123456789abcdef', 'hf1-0123456789abcdeu-0123456789abcdef'])(
    '"%s" is none, and nothing fits it',
    async (text) => {
      expect(isFingerprint(text)).toBe(false);
      expect(await matchesFingerprint('key', text)).toBe(false);
      expect(shortFingerprint(text)).toBe(text);
    },
  );
});
