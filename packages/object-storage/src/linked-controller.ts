/** A controller of one step of a call: it fires with the call's signal, and lets go of that when the step is over. */
export interface LinkedController extends Disposable {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
}

/** `reasonOf` turns the reason of `signal` into the one that is passed on. */
// `AbortSignal.any` would do the same, but in Node 20 what it makes lives as long as the call's own signal.
export function linkedController(
  signal: AbortSignal,
  reasonOf: (signal: AbortSignal) => unknown = ({ reason }) => reason,
): LinkedController {
  const controller = new AbortController();
  const passOn = () => controller.abort(reasonOf(signal));
  if (signal.aborted) passOn();
  else signal.addEventListener('abort', passOn);
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose]: () => signal.removeEventListener('abort', passOn),
  };
}
