import { buildChildEntry } from '../child/child-entry.fixture.js';
import { temporaryFolder } from '../package.fixture.js';
import { describeRuntime } from '../runtime-contract.fixture.js';
import { createIsolatedRuntime } from './isolated-runtime.js';
import { createTurnstile } from './turnstile.js';

describeRuntime('a runtime in a process of its own', async (found, log) =>
  createIsolatedRuntime({
    found,
    // The suite's providers note in their own folder what happens to them.
    stateFolder: found.folder ?? (await temporaryFolder()),
    grants: () => [],
    log,
    starts: createTurnstile(),
    entry: await buildChildEntry(),
  }),
);
