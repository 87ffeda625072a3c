import { expect, test } from 'vitest';
import { inWords } from './status-times.js';

const now = new Date('2027-01-01T12:00:00Z');

test.each([
  ['2027-01-01T12:00:10Z', 'in a moment'],
  ['2027-01-01T11:59:50Z', 'just now'],
  ['2027-01-01T12:40:00Z', 'in 40 min'],
  ['2027-01-01T17:10:00Z', 'in 5 h'],
  ['2026-12-30T12:00:00Z', '2 d ago'],
  ['soon', 'soon'],
])('%s is %s', (iso, words) => expect(inWords(iso, now)).toBe(words));
