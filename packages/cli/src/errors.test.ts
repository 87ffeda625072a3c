import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandErrorCatalogue } from './errors.js';
import { exitCodes } from './run/exit-codes.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test.each(Object.keys(commandErrorCatalogue))('the README explains the error %s', (code) => expect(readme).toContain(`\`${code}\``));

test.each(Object.values(exitCodes))('the README explains the exit code %d', (code) =>
  expect(readme).toMatch(new RegExp(`^\\| ${code} \\|`, 'm')),
);
