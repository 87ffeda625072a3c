import { fillIn } from '../../base/errors.js';
import { type IssueCode, issueCatalogue } from './catalogue.js';
import { fixOf, type IssueFix } from './fix.js';
import type { IssueSeverity } from './issue-entry.js';
import type { IssueSubject, RaisedIssue } from './raised-issue.js';

/** Something that its user must act on. It is there until it is cured. */
export interface Issue extends RaisedIssue {
  /** Names it for as long as it is there. */
  readonly id: string;
  readonly severity: IssueSeverity;
  /** What is wrong, in one sentence without the names of files. */
  readonly brief: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
  /** Absent where only the remedy helps. */
  readonly fix?: IssueFix;
}

export function issueId(code: IssueCode, { job, location, provider, about }: IssueSubject): string {
  return [code, job?.id, location?.id, provider, about].filter((part) => part !== undefined).join(':');
}

export function describeIssue(raised: RaisedIssue): Issue {
  const { severity, brief, message, remedy } = issueCatalogue[raised.code];
  const details = {
    ...raised.details,
    ...(raised.job !== undefined && { job: raised.job.title }),
    ...(raised.location !== undefined && { location: raised.location.title }),
    ...(raised.provider !== undefined && { provider: raised.provider }),
  };
  const fix = fixOf(raised);
  return {
    ...raised,
    id: issueId(raised.code, raised),
    severity,
    brief: fillIn(brief, details),
    message: fillIn(message, details),
    remedy: fillIn(remedy, details),
    ...(fix !== undefined && { fix }),
  };
}
