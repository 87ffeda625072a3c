/**
 * The lines that came since the last look, when each look gives the last lines of a log that grows: what lies behind the longest
 * end of `before` that `now` starts with. All of them if the log was replaced meanwhile.
 */
export function linesAfter(before: readonly string[], now: readonly string[]): readonly string[] {
  for (let start = 0; start < before.length; start += 1) {
    const kept = before.length - start;
    if (kept <= now.length && before.every((line, at) => at < start || line === now[at - start])) return now.slice(kept);
  }
  return now;
}
