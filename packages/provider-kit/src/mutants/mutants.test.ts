import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checks } from '../checks/index.js';
import { memorySubject } from '../memory/memory-subject.js';
import { definitionIn } from '../openers/definition.js';
import { openInline } from '../openers/inline-opener.js';
import { type ProviderUnderCheck, takeSubject } from '../running/provider-under-check.js';
import { runPackageCheck } from '../running/run-package-check.js';
import { listingMutants } from './listing.fixture.js';
import type { Mutant } from './mutant.fixture.js';
import { openingMutants } from './opening.fixture.js';
import { readingMutants } from './reading.fixture.js';
import { writingMutants } from './writing.fixture.js';

const mutants = [...writingMutants, ...readingMutants, ...listingMutants, ...openingMutants];

describe('a provider that', () => {
  let memory: ProviderUnderCheck;
  beforeAll(async () => {
    memory = await takeSubject(memorySubject(), 'inline');
  });
  afterAll(() => memory[Symbol.asyncDispose]());

  /** The bundled provider with the mutant's definition. */
  function withMutant({ definition }: Mutant): ProviderUnderCheck {
    const mutated = definitionIn({ default: definition }, memory.manifest);
    return { ...memory, definition: async () => mutated, openerFor: (config) => openInline(mutated, 'memory', config) };
  }

  test.each(mutants)('$does is found by $breaks', async (mutant) => {
    for (const id of mutant.breaks) {
      const check = checks.find((known) => known.id === id);
      expect(check, `there is no check ${id}`).toBeDefined();
      const { state, error } = await runPackageCheck(check!, withMutant(mutant));
      expect({ id, state, error }).toEqual({ id, state: 'failed', error: expect.stringMatching(/./) });
    }
  });

  // The unmutated provider passes all of them: see memory.test.ts.
  test('breaks a rule of one of these checks has a mutant each', () => {
    const found = new Set(mutants.flatMap(({ breaks }) => breaks));
    const areas = ['write', 'read', 'list', 'names', 'errors', 'lifecycle'];
    const without = checks.filter(({ id, area }) => areas.includes(area) && !found.has(id)).map(({ id }) => id);
    expect(without).toEqual([
      // A body whose size is told is stored as any other in memory; that nothing is listed in an empty place breaks much else too.
      'write/known-size',
      'write/killed',
      'read/at-its-own-pace',
      'list/empty',
      'list/left-early',
    ]);
  });
});
