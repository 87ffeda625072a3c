import { describe, expect, test } from 'vitest';
import { isObjectKey, isReadableKey } from './object-key.js';

describe('keys', () => {
  test.each([
    ['a', true, true],
    ['2026-11-21_nightly.tar', true, true],
    ['nested/folder/B_1.json', true, true],
    ['console.tar', true, true],
    ['x'.repeat(250), true, true],
    ['Automatic backup 2026.8.tar', false, true],
    ['Sauvegarde d\u2019\u00e9t\u00e9 10:00.tar', false, true],
    ['nul', false, true],
    ['backups/COM1.tar', false, true],
    ['ends.', false, true],
    ['x'.repeat(251), false, true],
    ['', false, false],
    ['/absolute', false, false],
    ['folder/', false, false],
    ['a//b', false, false],
    ['.', false, false],
    ['..', false, false],
    ['a/../b', false, false],
    ['.hidden', false, false],
    ['a/.hidden', false, false],
    ['a\\..\\b', false, false],
    ['zero\0byte', false, false],
    ['line\nbreak', false, false],
    ['lone \udc80 surrogate', false, false],
  ])('%j: may be stored %s, may be read %s', (key, stored, read) => {
    expect([isObjectKey(key), isReadableKey(key)]).toEqual([stored, read]);
  });
});
