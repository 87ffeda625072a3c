import type { CheckArea } from '../check.js';
import type { Isolation } from '../place-opener.js';

/** How one check went. */
export interface CheckResult {
  /** The check's id. */
  readonly id: string;
  readonly area: CheckArea;
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly reason?: string;
  /** What was wrong, for the provider's author. */
  readonly error?: string;
  /** How long it took, milliseconds. */
  readonly ms: number;
}

/** How all checks of a subject went. Plain data. */
export interface Report {
  /** What was checked: the package with its version and the type, or a location. */
  readonly subject: string;
  /** How its code was run; absent where a user's own location was checked. */
  readonly isolation?: Isolation;
  readonly results: readonly CheckResult[];
}
