const looks = 20;

/** Calls `onStall`, once, when `count` stays the same for `limit` milliseconds in which this machine was awake. */
export function watchStall(count: () => number, limit: number, onStall: () => void): Disposable {
  let last = count();
  let still = 0;
  const timer = setInterval(() => {
    const now = count();
    still = now === last ? still + 1 : 0;
    last = now;
    if (still < looks) return;
    clearInterval(timer);
    onStall();
  }, limit / looks);
  return {
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
