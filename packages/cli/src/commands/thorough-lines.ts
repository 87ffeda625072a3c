import type { Colors } from '../output/colors.js';
import { formatCount } from '../output/quantities.js';
import { safeText } from '../output/safe-text.js';

/** How the checks of a location came out, as `--json` shows it. */
export interface ThoroughCheck {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Those that were run before it was stopped. */
  readonly results: readonly {
    readonly id: string;
    /** The rule, as a sentence. */
    readonly title: string;
    readonly state: 'passed' | 'failed' | 'skipped';
    readonly reason?: string;
    readonly error?: string;
    readonly ms: number;
  }[];
}

/** The number of rules that it keeps, and what is wrong. */
export function thoroughLines({ passed, failed, skipped, results }: ThoroughCheck, colors: Colors): string[] {
  const more = skipped === 0 ? '' : `, ${skipped} do not apply`;
  const lines = [`${formatCount(passed, 'check')} passed${failed === 0 ? '' : colors.red(`, ${failed} failed`)}${more}`];
  for (const { id, title, state, error = '' } of results) {
    if (state !== 'failed') continue;
    lines.push(`${colors.red('x')} ${safeText(title)} ${colors.dim(safeText(id))}`);
    lines.push(...error.split('\n').map((line) => `    ${safeText(line)}`));
  }
  return lines;
}
