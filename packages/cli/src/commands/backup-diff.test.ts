import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { colorsFor } from '../output/colors.js';
import { differenceLine, targetOf } from './backup-diff.js';

test.each([
  { text: '3f9a01bc', kind: undefined, target: { id: '3f9a01bc' } },
  { text: 'documents', kind: 'folder', target: { folder: resolve('documents') } },
  { text: './documents', kind: undefined, target: { folder: resolve('documents') } },
  { text: 'old.tar', kind: 'file', target: { file: 'old.tar' } },
  { text: './old.tar', kind: undefined, target: { file: './old.tar' } },
  { text: '/backups/old', kind: 'file', target: { file: '/backups/old' } },
  { text: '3f9a01bc', kind: 'file', target: { id: '3f9a01bc' } },
] as const)('$text ($kind) is compared as $target', ({ text, kind, target }) => {
  expect(targetOf(text, () => kind)).toEqual(target);
});

test('a difference is one line', () => {
  const colors = colorsFor({}, {}, false);
  const line = (change: 'added' | 'removed' | 'changed') =>
    differenceLine({ source: 'docs', path: 'a\u001b.txt', change, what: change === 'changed' ? ['size', 'content'] : [] }, colors);
  expect(line('added')).toBe('+ docs:a\\u{1b}.txt');
  expect(line('removed')).toBe('- docs:a\\u{1b}.txt');
  expect(line('changed')).toBe('~ docs:a\\u{1b}.txt (size, content)');
});
