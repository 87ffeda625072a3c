import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Location, ProviderContext, ProviderLogger } from '../provider-api/index.js';
import { memorySource, type PackageFiles, silentLog, temporaryFolder, writePackage } from './package.fixture.js';
import { type ProviderPackage, readProviderPackage } from './provider-package.js';
import type { ProviderRuntime } from './provider-runtime.js';

/** Makes a runtime to try. `log` is where the provider's log lines go, whatever way they take. */
export type CreateRuntime = (found: ProviderPackage, log: ProviderLogger) => ProviderRuntime | Promise<ProviderRuntime>;

/** What the runtimes' shared tests need, for one kind of runtime. */
export function createSubject(createRuntime: CreateRuntime) {
  async function prepare(files: PackageFiles = {}, log: ProviderLogger = silentLog) {
    const folder = await writePackage(join(await temporaryFolder(), 'node_modules', 'provider'), files);
    const runtime = await createRuntime(await readProviderPackage(folder), log);
    onTestFinished(() => runtime[Symbol.asyncDispose]());
    return { runtime, folder };
  }

  async function openMemory(files: PackageFiles = {}, log: ProviderLogger = silentLog): Promise<Location> {
    const { runtime } = await prepare(files, log);
    return runtime.open('memory', { shelf: 'a' }, contextOf({ log }));
  }

  return { prepare, openMemory };
}

export function contextOf(overrides: Partial<ProviderContext> = {}): ProviderContext {
  const { signal } = new AbortController();
  return { locationId: 'memory-3f2a', firstUse: true, stateFolder: '/nowhere', log: silentLog, signal, ...overrides };
}

/** The source of a provider whose location is the memory provider's with some methods replaced, and its definition's with others. */
export function sourceWith(methods: string, definition = ''): string {
  return `${memorySource.replace('export default', 'const memory =')}
export default { ...memory, ${definition === '' ? '' : `${definition},`}
  async open(config, context) { return { ...(await memory.open(config, context)), ${methods} }; } };`;
}

/** A body of the parts; an error among them is what it fails with. */
export function bodyOf(...parts: readonly (string | Uint8Array | Error)[]): ReadableStream<Uint8Array> {
  const left = parts.values();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = left.next();
      if (done === true) controller.close();
      else if (value instanceof Error) controller.error(value);
      else controller.enqueue(Buffer.from(value));
    },
  });
}

/** Waits until the condition holds; the test's time limit is the only one. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
