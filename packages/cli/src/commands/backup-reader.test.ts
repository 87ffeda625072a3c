import { expect, test } from 'vitest';
import { isFilePath } from './backup-reader.js';

test.each([
  { text: '3f9a01bc', there: true, file: false },
  { text: 'copy.tar', there: true, file: true },
  { text: 'copy.tar', there: false, file: false },
  { text: './copy.tar', there: false, file: true },
  { text: '/backups/copy', there: false, file: true },
  { text: String.raw`D:\copy.tar`, there: false, file: true },
])('$text is a file: $file', ({ text, there, file }) => {
  expect(isFilePath(text, () => there)).toBe(file);
});
