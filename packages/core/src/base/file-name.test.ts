import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeName, displayName, encodeName } from './file-name.js';

describe('file names', () => {
  test('any bytes survive as a string, and UTF-8 stays what it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(new Uint8Array(encodeName(decodeName(bytes)))).toEqual(bytes);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => decodeName(Buffer.from(text)) === text));
  });

  test('bytes that are not UTF-8 survive JSON too', () => {
    const name = decodeName(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0x80]));
    expect(encodeName(JSON.parse(JSON.stringify(name)) as string)).toEqual(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0x80]));
  });

  test('what could command a terminal or reorder a line is shown as escapes', () => {
    expect(displayName('a\u001b[31mb\n\u202etxt.exe')).toBe('a\\u{1b}[31mb\\u{a}\\u{202e}txt.exe');
    expect(displayName(decodeName(Buffer.from([0x66, 0xfc])))).toBe('f\\xfc');
  });
});
