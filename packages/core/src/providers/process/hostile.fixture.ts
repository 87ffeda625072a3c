import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Location, ProviderLogger } from '../../provider-api/index.js';
import { buildChildEntry } from '../child/child-entry.fixture.js';
import { manifestWith, memorySource, writePackage } from '../package.fixture.js';
import { readProviderPackage } from '../provider-package.js';
import type { ProviderRuntime } from '../provider-runtime.js';
import type { HoldfastError } from '../../base/errors.js';
import { createIsolatedRuntime, type IsolatedRuntimeOptions, type RuntimeEvent } from './isolated-runtime.js';
import { createTurnstile } from './turnstile.js';

/** A provider that does harm when it is asked for the key that names it. `attacks` are statements; `key` and `options` are the call's. */
export function hostileSource(attacks: Readonly<Record<string, string>>, definition = ''): string {
  const cases = Object.entries(attacks).map(([key, code]) => `${JSON.stringify(key)}: async (key, options, body) => { ${code} },`);
  return `
import fs from 'node:fs';
import child_process from 'node:child_process';
import worker_threads from 'node:worker_threads';
const forever = () => new Promise(() => setInterval(() => {}, 1000));
const info = (key) => ({ key, size: 0, modifiedAt: '2026-11-21T00:00:00.000Z' });
const frame = (value) => { const text = Buffer.from(JSON.stringify(value)); const head = Buffer.alloc(4); head.writeUInt32BE(text.length); return Buffer.concat([head, text]); };
let log;
const attacks = { ${cases.join('\n')} };
export default {
  ${definition}
  async open(config, context) {
    log = context.log;
    const run = async (key, options, body) => (await attacks[key]?.(key, options, body)) ?? info(key);
    return {
      put: (key, body, options) => run(key, options, body),
      head: (key, options) => run(key, options),
      get: async (key, options) => attacks[key](key, options),
      async *list() {},
      async delete() {},
      async [Symbol.asyncDispose]() {},
    };
  },
};`;
}

export interface Isolated {
  readonly runtime: ProviderRuntime;
  /** Opens a location. */
  open(): Promise<Location>;
  readonly events: readonly RuntimeEvent[];
  /** What was logged, all levels. */
  readonly lines: readonly string[];
  /** The problem that an event told, once there is one. */
  issue(): Promise<HoldfastError>;
  readonly folder: string;
}

/** A package's runtime in a process of its own. All of it is gone when the test is over, or when `onEnd` says. */
export async function isolate(
  source: string,
  options: Partial<IsolatedRuntimeOptions> & { readonly manifest?: object } = {},
  name = '@example/provider-hostile',
  onEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<Isolated> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-isolated-')));
  const { manifest = manifestWith({}, { name }), ...given } = options;
  const found = await readProviderPackage(await writePackage(join(folder, 'package'), { source, manifest }));
  const events: RuntimeEvent[] = [];
  const lines: string[] = [];
  const add = (line: string) => void lines.push(line);
  const log: ProviderLogger = { debug: add, info: add, warn: add, error: add };
  const runtime = createIsolatedRuntime({
    found,
    stateFolder: join(folder, 'state'),
    grants: () => [],
    log,
    starts: createTurnstile(),
    entry: await buildChildEntry(),
    onEvent: (event) => events.push(event),
    ...given,
    limits: { ping: 50, restartDelays: [10, 20, 30], deactivate: 1000, finish: 200, ...options.limits },
  });
  onEnd(async () => {
    await runtime[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    runtime,
    open: () =>
      runtime.open(
        'memory',
        { shelf: 'a', password: 'canary-of-a-password' },
        { locationId: 'l1', firstUse: true, stateFolder: join(folder, 'state'), log, signal: never },
      ),
    events,
    lines,
    issue: () => until(() => events.find((event) => event.issue !== undefined)?.issue),
    folder,
  };
}

/** The good neighbour, which must not notice anything. It lives until `onEnd` says. */
export function isolateGood(onEnd: (end: () => Promise<void>) => void): Promise<Isolated> {
  return isolate(memorySource, {}, '@example/provider-good', onEnd);
}

/** A signal that never fires. */
export const never: AbortSignal = new AbortController().signal;

/** Asks again and again until there is something. The test's own time limit ends it. */
export async function until<T>(find: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await sleep(10);
  }
}

/** Waits until there is no such process any more. */
export async function untilGone(pid: number): Promise<void> {
  await until(() => !isRunning(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A body of these bytes. */
export function bodyOf(...chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}
