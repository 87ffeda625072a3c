import { describe, expect, test } from 'vitest';
import { createSelection } from './selection.js';

describe('a selection', () => {
  test.each([
    ['dir', 'docs', 'dir', true],
    ['dir', 'docs', 'dir/a/b', true],
    ['dir', 'docs', 'directory', false],
    ['dir/', 'docs', 'dir/a', true],
    ['./dir/a', 'docs', 'dir/a', true],
    ['docs:dir', 'docs', 'dir/a', true],
    ['docs:dir', 'photos', 'dir/a', false],
    ['docs:', 'docs', 'anything', true],
    ['*.yaml', 'docs', 'deep/in/a.yaml', true],
    ['dir/*.yaml', 'docs', 'other/a.yaml', false],
    ['a[1].txt', 'docs', 'a[1].txt', true],
    ['addons/local:x', 'addons_local', 'x', true],
    ['dir/a:b.txt', 'docs', 'dir/a:b.txt', true],
  ])('%s on %s:%s → %s', (path, source, entry, included) => {
    expect(createSelection([], [path]).includes(source, entry, false)).toBe(included);
  });

  test('knows what of it was never met', () => {
    const selection = createSelection(['docs', 'gone'], ['a', 'missing']);
    expect([selection.includesSource('docs'), selection.includesSource('other')]).toEqual([true, false]);
    selection.includes('docs', 'a', false);
    expect(selection.unmet()).toEqual(['gone', 'missing']);
  });
});

test('it tells below which paths all that is wanted lies', () => {
  expect(createSelection().within('docs')).toEqual(['']);
  expect(createSelection([], ['b/c/d', 'docs:a', 'more:x', 'b/c', 'b-c']).within('docs')).toEqual(['a', 'b/c', 'b-c']);
  expect(createSelection([], ['a', '*.txt']).within('docs')).toEqual(['']);
  expect(createSelection([], ['more:x']).within('docs')).toEqual([]);
});
