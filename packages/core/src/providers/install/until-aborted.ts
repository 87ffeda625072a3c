import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

/**
 * The call's result, or the signal's reason. Not all that npm does can be stopped, so what was aborted has `patience` milliseconds to end by
 * itself and to clean up; longer nobody has to wait for it.
 */
export async function untilAborted<T>(call: Promise<T>, signal: AbortSignal | undefined, patience = 0): Promise<T> {
  if (signal === undefined) return call;
  const settled = new AbortController();
  try {
    return await Promise.race([call, patienceEnds(signal, patience, settled.signal)]);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw signal.reason instanceof Error ? signal.reason : new DOMException('The call was aborted.', 'AbortError');
  } finally {
    settled.abort();
  }
}

async function patienceEnds(signal: AbortSignal, patience: number, settled: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort', { signal: settled });
  if (patience > 0) await setTimeout(patience, undefined, { signal: settled });
  throw signal.reason;
}
