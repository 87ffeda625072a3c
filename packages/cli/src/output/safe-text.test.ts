import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeText } from './safe-text.js';

test('plain text of any script stays as it is', () => {
  expect(safeText('Backup of Büro – 写真 👍🏽')).toBe('Backup of Büro – 写真 👍🏽');
});

test('what would move the cursor, colour, or reorder is shown as an escape', () => {
  expect(safeText('a\u001b[2Jb\r\n')).toBe('a\\u{1b}[2Jb\\u{d}\\u{a}');
  expect(safeText('exe.\u202etxt')).toBe('exe.\\u{202e}txt');
  expect(safeText('\u009b31m')).toBe('\\u{9b}31m');
});

test('a byte of a name that is not UTF-8 is shown as that byte', () => {
  expect(safeText('caf\udce9')).toBe('caf\\xe9');
});

test('no text brings a control character or a broken character to the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0xd800, max: 0xdfff }), (text, lone) => {
      const safe = safeText(text + String.fromCharCode(lone));
      expect(safe.isWellFormed()).toBe(true);
      expect(safe).not.toMatch(/\p{Control}/u);
    }),
  );
});
