import { ProviderError } from '@holdfast/core/provider-api';
import { throwIfCancelled } from './cancellation.js';
import { linkedController } from './linked-controller.js';
import type { BodyPart } from './part-assembler.js';

/** How many parts are stored at the same time. */
export interface StorePartsOptions {
  /** So many at most. */
  readonly atOnce: number;
  /**
   * Bytes that all parts together may have in memory: those being stored, one that waits and one with an open hole. Fewer than `atOnce` are
   * stored at the same time where parts are so large. Default 200 MiB.
   */
  readonly memoryBytes?: number;
  readonly signal: AbortSignal;
}

const defaultMemoryBytes = 200 * 2 ** 20;

/**
 * Runs `store` for the parts, some at a time, and gives its results in the order of the parts' numbers. While as many run as may, at most
 * one further part is pulled. A part's bytes are used again once its `store` has succeeded: it must have let go of them then.
 *
 * Parts that end without one that is `last` are `internal`. The first failure is thrown, after the signal that the others got has fired
 * and all of them have ended.
 */
export async function storeParts<T>(
  parts: AsyncIterable<BodyPart>,
  { atOnce, memoryBytes = defaultMemoryBytes, signal }: StorePartsOptions,
  store: (part: BodyPart, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  using others = linkedController(signal);
  const iterator = parts[Symbol.asyncIterator]();
  const results: { readonly number: number; readonly result: T }[] = [];
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown; readonly closing: Promise<void> } | undefined;
  let largest = 0;
  let isWhole = false;

  function fail(error: unknown): void {
    if (failure !== undefined) return;
    others.abort(error);
    // Also ends a wait for the next part.
    failure = { error, closing: close(iterator) };
  }

  async function run(part: BodyPart): Promise<void> {
    try {
      results.push({ number: part.number, result: await store(part, others.signal) });
      part.release?.();
    } catch (error) {
      fail(error);
    }
  }

  const hasRoom = () => running.size === 0 || (running.size + 2) * largest <= memoryBytes;

  async function storeAll(): Promise<void> {
    for (;;) {
      while (!hasRoom()) await Promise.race(running);
      const next = await iterator.next();
      if (next.done === true) break;
      isWhole = next.value.last;
      largest = Math.max(largest, next.value.bytes.length);
      while (running.size >= atOnce) await Promise.race(running);
      if (failure !== undefined) return;
      const storing = run(next.value).finally(() => running.delete(storing));
      running.add(storing);
    }
    // Whoever let go of the parts too early would store a body that is cut off, and not notice.
    if (!isWhole) throw new ProviderError('internal', 'The parts to store end before the last one.');
  }

  await storeAll().catch(fail);
  await Promise.all(running);
  if (failure !== undefined) {
    await failure.closing;
    throwIfCancelled(signal);
    throw failure.error;
  }
  return results.sort((a, b) => a.number - b.number).map(({ result }) => result);
}

async function close(iterator: AsyncIterator<BodyPart>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // Why it is left is known already.
  }
}
