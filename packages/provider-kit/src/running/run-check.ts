import type { Check, CheckBench } from '../check.js';
import { CheckFailure, describeError } from '../expectation/check-failure.js';
import type { CheckResult } from '../report/report.js';

/** How one check is run. */
export interface RunCheckOptions {
  /** Milliseconds until its signal fires. */
  readonly timeLimit: number;
  /** Fires when nobody wants to know any more. */
  readonly signal?: AbortSignal | undefined;
}

/** Makes what a check works with; disposing it closes all that was opened. */
export type BenchFactory = (signal: AbortSignal) => { readonly bench: CheckBench } & AsyncDisposable;

/** What a check may take to end after its signal fired, and its bench to close, milliseconds. */
const grace = 15_000;

/** Runs one check. What goes wrong is in the result. */
export async function runCheck(check: Check, benchFor: BenchFactory, { timeLimit, signal }: RunCheckOptions): Promise<CheckResult> {
  const { id, area, title } = check;
  const started = performance.now();
  const result = (outcome: Pick<CheckResult, 'state' | 'reason' | 'error'>): CheckResult => ({
    id,
    area,
    title,
    ...outcome,
    ms: Math.round(performance.now() - started),
  });
  const stop = new AbortController();
  const onStop = () => stop.abort();
  if (signal?.aborted === true) onStop();
  signal?.addEventListener('abort', onStop);
  const limit = setTimeout(onStop, timeLimit);
  const made = benchFor(stop.signal);
  try {
    const ended = await withinGrace(check.run(made.bench), stop.signal, timeLimit);
    // What it saw after that was not the provider's doing.
    if (stop.signal.aborted)
      throw new Error(signal?.aborted === true ? 'It was cancelled.' : `It took longer than ${timeLimit / 1_000} s.`);
    await disposed(made);
    return result(ended === undefined ? { state: 'passed' } : { state: 'skipped', reason: ended.skipped });
  } catch (error) {
    // The check's own failure says more than that of closing.
    await disposed(made).catch(() => {});
    return result({ state: 'failed', error: explain(error) });
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener('abort', onStop);
  }
}

const closings = new WeakMap<AsyncDisposable, Promise<void>>();

/** Disposes it, once. */
async function disposed(made: AsyncDisposable): Promise<void> {
  const known = closings.get(made);
  if (known !== undefined) return known;
  const closing = within(grace, Promise.resolve(made[Symbol.asyncDispose]()), 'Closing what was opened took too long.');
  closings.set(made, closing);
  return closing;
}

async function withinGrace<T>(running: Promise<T>, signal: AbortSignal, timeLimit: number): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const message = `It took longer than ${timeLimit / 1000} s, and did not end when it was cancelled.`;
    signal.addEventListener('abort', () => setTimeout(() => reject(new Error(message)), grace).unref());
  });
  return Promise.race([running, late]);
}

async function within<T>(limit: number, running: Promise<T>, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(message)), limit)));
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What an author sees: a broken rule as it is, else what was thrown and from where. */
function explain(error: unknown): string {
  if (error instanceof CheckFailure) return error.cause === undefined ? error.message : `${error.message}\n${stackOf(error.cause)}`;
  return stackOf(error);
}

function stackOf(error: unknown): string {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return [describeError(error), ...lines.slice(0, 6)].join('\n');
}
