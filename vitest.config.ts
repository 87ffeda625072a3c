import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Tests see the packages' sources, so that the fast ones need no build.
const alias = [
  { find: /^@holdfast\/core\/provider-api$/, replacement: source('packages/core/src/provider-api/index.ts') },
  { find: /^@holdfast\/object-storage$/, replacement: source('packages/object-storage/src/index.ts') },
  { find: /^@holdfast\/test-servers$/, replacement: source('packages/test-servers/src/index.ts') },
  { find: /^@holdfast\/provider-kit$/, replacement: source('packages/provider-kit/src/index.ts') },
  { find: /^@holdfast\/provider-kit\/vitest$/, replacement: source('packages/provider-kit/src/vitest.ts') },
  { find: /^@holdfast\/core$/, replacement: source('packages/core/src/index.ts') },
];

// Tests must not touch the keyring of whoever runs them.
const env = { HOLDFAST_SECRETS: 'file', HOLDFAST_SECRETS_PASSPHRASE_FILE: '' };

/** Those that take minutes, the longest first: one of them that began last would be waited for alone. */
const longest = ['kill-everywhere', 'day-in-the-life', 'conformance-cloud', 'conformance-b2'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((name) => moduleId.includes(`/${name}.test.`));
      return place === -1 ? longest.length : place;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Many tests wait for something: a time limit, a process, a server that says nothing.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', env, include: ['packages/*/src/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        test: { name: 'e2e', env, include: ['e2e/**/*.test.ts', 'examples/*/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
      },
    ],
  },
});
