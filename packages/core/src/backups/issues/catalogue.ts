import { keyIssues } from './catalogue/key-issues.js';
import { locationIssues } from './catalogue/location-issues.js';
import { machineIssues } from './catalogue/machine-issues.js';
import { runIssues } from './catalogue/run-issues.js';

/** What each issue says. */
export const issueCatalogue = { ...runIssues, ...locationIssues, ...keyIssues, ...machineIssues } as const;

export type IssueCode = keyof typeof issueCatalogue;

export function isIssueCode(code: unknown): code is IssueCode {
  return typeof code === 'string' && Object.hasOwn(issueCatalogue, code);
}
