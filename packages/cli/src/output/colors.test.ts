import { expect, test } from 'vitest';
import { wantsColors } from './wants-colors.js';

const terminal = { isTTY: true };
const pipe = { isTTY: false };

test.each([
  ['a terminal', terminal, {}, true, true],
  ['a pipe', pipe, {}, true, false],
  ['--no-color', terminal, { FORCE_COLOR: '1' }, false, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true, true],
  ['FORCE_COLOR on a pipe', pipe, { FORCE_COLOR: '1' }, true, true],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, true, false],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, true, false],
])('%s', (_name, stream, environment, allowed, wanted) => {
  expect(wantsColors(stream, environment, allowed)).toBe(wanted);
});
