/** Milliseconds on a clock that nobody sets. As `performance.now`, for which Node loads nine modules first. */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1_000_000;
}
