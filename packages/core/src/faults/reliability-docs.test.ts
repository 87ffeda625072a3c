import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const page = readFileSync(join(repository, 'docs/reliability.md'), 'utf8');
const rows = page.split('\n').flatMap((line) => {
  const [, number, guards] = /^\| (\d+) \|.*\| ([^|]*) \|$/.exec(line) ?? [];
  return number === undefined || guards === undefined ? [] : [{ number: Number(number), guards }];
});

test('docs/reliability.md has each of the 84 faults once, with what guards against it', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 84 }, (_, index) => index + 1));
  expect(rows.filter(({ guards }) => guards.trim() === '')).toEqual([]);
});

test('each test that docs/reliability.md names is there', () => {
  const named = rows.flatMap(({ guards }) =>
    [...guards.matchAll(/`([^`]+\.test\.ts)`: "([^"]+)"/g)].map(([, file = '', name = '']) => ({ file, name })),
  );
  expect(named.length).toBeGreaterThan(84);
  const missing = named.filter(
    ({ file, name }) => !(existsSync(join(repository, file)) && hasTest(readFileSync(join(repository, file), 'utf8'), name)),
  );
  expect(missing).toEqual([]);
});

test('each check that docs/reliability.md names is one that providers have to pass', () => {
  const readme = readFileSync(join(repository, 'packages/provider-kit/README.md'), 'utf8');
  const named = rows.flatMap(({ guards }) => [...guards.matchAll(/`([a-z]+\/[a-z-]+)`/g)].map(([, id = '']) => id));
  expect(named.filter((id) => !readme.includes(`| \`${id}\``))).toEqual([]);
});

/** As the first argument of a test, the name of a group of them, or what a table of them calls it. */
function hasTest(source: string, name: string): boolean {
  const begins = /(?:\b(?:test|describe)\b[^'"`\n]*\(|\)\(|\[|^)\s*$/;
  return ["'", '"', '`'].some((quote) => {
    const at = source.indexOf(`${quote}${name.replaceAll(quote, `\\${quote}`)}${quote}`);
    return (
      at >= 0 &&
      begins.test(
        source
          .slice(Math.max(0, at - 120), at)
          .split('\n')
          .slice(-2)
          .join(''),
      )
    );
  });
}
