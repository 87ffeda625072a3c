import { expect, test } from 'vitest';
import { checks } from '../checks/index.js';
import { createMemoryLocation, type MemoryConfig } from '../memory/memory-location.js';
import { memorySubject } from '../memory/memory-subject.js';
import { runChecks } from '../run-checks.js';
import type { Subject } from '../subject.js';
import { renderReport } from './render-report.js';

const few = ['list/order', 'write/delete', 'read/damaged', 'write/killed'];

/** A provider that lists backwards, whose subject says why damage can't be tried. */
const subject: Subject = {
  ...memorySubject(),
  module: async () => ({
    default: {
      async open(config: MemoryConfig) {
        const location = createMemoryLocation(config);
        return {
          ...location,
          async *list(...call: Parameters<typeof location.list>) {
            const infos = [];
            for await (const info of location.list(...call)) infos.push(info);
            yield* infos.reverse();
          },
        };
      },
    },
  }),
  skip: { 'read/damaged': 'nobody can damage it' },
};

const run = (given: Subject) => runChecks(given, { isolation: 'inline', only: ({ id }) => few.includes(id) });

test('a report says what was broken and which sentence says so, what was skipped and why', async () => {
  const report = await run(subject);
  expect(Object.fromEntries(report.results.map(({ id, state }) => [id, state]))).toEqual({
    'list/order': 'failed',
    'read/damaged': 'skipped',
    'write/delete': 'failed',
    'write/killed': 'skipped',
  });
  expect(report).toEqual(JSON.parse(JSON.stringify(report)));
  const text = renderReport(report);
  expect(text).toContain('holdfast-provider-memory@1.0.0, type "memory", called directly');
  expect(text).toContain('FAIL list/order: objects are listed in ascending order');
  expect(text).toContain('expected: ["C","a-b"');
  expect(text).toContain('came:     ["b_1","b"');
  expect(text).toContain('contract: "All objects whose key starts with `prefix`');
  expect(text).toContain('skip read/damaged');
  expect(text).toContain('because: nobody can damage it');
  expect(text).toMatch(/0 passed, 2 failed, 2 skipped, in \d+\.\d s$/);
});

test('what can not be checked, and nobody says why, has failed', async () => {
  const { skip: _, ...silent } = subject;
  const withoutDamage: Subject = {
    ...silent,
    async place() {
      const { corrupt: _, ...place } = await subject.place();
      return place;
    },
  };
  const { results } = await run(withoutDamage);
  expect(results.find(({ id }) => id === 'read/damaged')).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('has no "corrupt"'),
  });
});

test('a skip of what there is not is refused', async () => {
  await expect(run({ ...subject, skip: { 'read/damagd': 'a slip' } })).rejects.toThrow('"read/damagd"');
});

test('the ids of the checks are distinct, and each is in the table of the README', async () => {
  const { readFile } = await import('node:fs/promises');
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const ids = checks.map(({ id }) => id);
  expect(ids.length).toBe(new Set(ids).size);
  expect(ids.filter((id) => !readme.includes(`\`${id}\``))).toEqual([]);
});
