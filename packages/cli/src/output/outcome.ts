import type { Colors } from './colors.js';
import { safeText } from './safe-text.js';

/** A few of many lines, and how many more there are. */
function firstOf(lines: readonly string[], limit: number): string[] {
  const more = lines.length - limit;
  return more <= 0 ? [...lines] : [...lines.slice(0, limit), `… and ${more.toLocaleString('en-US')} more; --json lists all`];
}

/** What could not be done as it should, a line each: `  source: message`. */
export function problemLines(problems: readonly { readonly source: string; readonly message: string }[], colors: Colors): string[] {
  const lines = problems.map(({ source, message }) => `${source}: ${message}`);
  return firstOf(lines, 10).map((line) => `  ${colors.yellow('!')} ${safeText(line)}`);
}
