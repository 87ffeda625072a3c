import { createServer } from 'node:net';
import { bodyOf } from '../bodies/body.js';
import { createMemoryLocation } from '../memory/memory-location.js';
import { createMemoryStore, findMemoryStore } from '../memory/memory-store.js';
import { definitionMutant, locationMutant, type Mutant } from './mutant.fixture.js';

const one = createMemoryStore();

export const openingMutants: readonly Mutant[] = [
  definitionMutant('begins anew each time it is opened', ['lifecycle/reopen'], {
    async open(config) {
      findMemoryStore(config.store)?.objects.clear();
      return createMemoryLocation(config);
    },
  }),
  definitionMutant('has one store for all', ['lifecycle/other-place'], {
    open: async () => createMemoryLocation({ store: one.name, password: one.password }),
  }),
  definitionMutant('logs its settings', ['lifecycle/reopen'], {
    async open(config, { log }) {
      log.debug(`Opening ${JSON.stringify(config)}`);
      return createMemoryLocation(config);
    },
  }),
  definitionMutant('has no deferred writes, which its manifest declares', ['manifest/features'], {
    async open(config) {
      const { putDeferred: _, ...location } = createMemoryLocation(config);
      return location;
    },
  }),
  locationMutant('keeps what it stored to itself', ['lifecycle/two-at-once', 'lifecycle/reopen'], () => {
    const own = createMemoryStore();
    return createMemoryLocation({ store: own.name, password: own.password });
  }),
  locationMutant('can be closed once', ['lifecycle/closed-twice'], () => {
    let closed = false;
    return {
      async [Symbol.asyncDispose]() {
        if (closed) throw new Error('It is closed already.');
        closed = true;
      },
    };
  }),
  locationMutant('keeps a connection', ['lifecycle/nothing-left-open'], (location) => ({
    put(...call) {
      const server = createServer().listen(0, '127.0.0.1');
      // The test has to end all the same.
      setTimeout(() => server.close(), 4_000);
      return location.put(...call);
    },
  })),
  definitionMutant('takes any settings', ['flow/refused'], {
    configFlow: { validate: async () => [] },
    open: async (config) => ({ ...createMemoryLocation(config), async check() {} }),
  }),
  definitionMutant('refuses settings that are right', ['flow/set-up', 'flow/changes-nothing'], {
    configFlow: { validate: async () => [{ field: 'base', message: 'No.' }] },
  }),
  definitionMutant('leaves a file where it validates', ['flow/changes-nothing'], {
    configFlow: {
      async validate(config, { signal }) {
        if (findMemoryStore(config.store) !== undefined) await createMemoryLocation(config).put('probe', bodyOf(Buffer.of(1)), { signal });
        return [];
      },
    },
  }),
  definitionMutant('names its place by the password', ['flow/place'], {
    place: async ({ store, password }) => ({ root: `memory:${store}:${password}`, path: '' }),
  }),
  definitionMutant('takes all places for one', ['flow/place'], { place: async () => ({ root: 'memory', path: '' }) }),
  definitionMutant('shows the password again in its form', ['flow/steps'], {
    configFlow: { next: async ({ current = {} }) => ({ step: { type: 'form', id: 'settings', values: current } }) },
  }),
  definitionMutant('counts the steps it has shown', ['flow/steps'], { configFlow: { next: countingSteps() } }),
];

function countingSteps() {
  let shown = 0;
  return async () => {
    shown += 1;
    return { step: { type: 'message' as const, id: `step-${shown}` } };
  };
}
