import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandErrorCatalogue } from './errors.js';

test('docs/errors.md has every error of the command line, word for word, and no other but `unexpected`', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('\n## The command line\n');
  const documented = (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `') && !line.startsWith('| `unexpected`'));
  const rows = Object.entries(commandErrorCatalogue).map(
    ([code, { message, remedy, exitCode }]) => `| \`${code}\` | ${message} | ${remedy} | ${exitCode} |`,
  );
  expect(documented).toEqual(rows);
});
