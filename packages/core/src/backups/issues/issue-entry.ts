import type { ErrorEntry } from '../../base/errors.js';

/** `error`: something is not backed up as it should be. `warning`: it is, and won't be for long, or is less safe than it looks. */
export type IssueSeverity = 'warning' | 'error';

/** The texts of an issue. `{location}`, `{job}` and `{provider}` are what it is about, all else comes from its details. */
export interface IssueEntry extends ErrorEntry {
  readonly severity: IssueSeverity;
  /** The message without what may hold the names of files: what leaves the machine unless its owner wants more. */
  readonly brief: string;
}
