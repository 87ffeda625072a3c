import { type ErrorDetails, fillIn } from '../../base/errors.js';
import { type IssueCode, issueCatalogue, type IssueSeverity } from './catalogue.js';

/** What an issue is about. The same code about the same thing is the same issue. */
export interface IssueSubject {
  readonly location?: { readonly id: string; readonly title: string };
  /** The name of a provider package. */
  readonly provider?: string;
  /** Tells several of one location apart, such as the id of a notice. */
  readonly about?: string;
}

/** What is kept of an issue. */
export interface RaisedIssue extends IssueSubject {
  readonly code: IssueCode;
  /** What its texts are filled with. No secrets. */
  readonly details: ErrorDetails;
  /** ISO 8601 in UTC. */
  readonly raisedAt: string;
  /** When it was last found to be so. */
  readonly updatedAt: string;
  /** How often it was found to be so. */
  readonly times: number;
}

/** Something that its user must act on. It is there until it is cured. */
export interface Issue extends RaisedIssue {
  /** Names it for as long as it is there. */
  readonly id: string;
  readonly severity: IssueSeverity;
  /** What is wrong. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

export function issueId(code: IssueCode, { location, provider, about }: IssueSubject): string {
  return [code, location?.id, provider, about].filter((part) => part !== undefined).join(':');
}

export function describeIssue(raised: RaisedIssue): Issue {
  const { severity, message, remedy } = issueCatalogue[raised.code];
  const details = {
    ...raised.details,
    ...(raised.location !== undefined && { location: raised.location.title }),
    ...(raised.provider !== undefined && { provider: raised.provider }),
  };
  return { ...raised, id: issueId(raised.code, raised), severity, message: fillIn(message, details), remedy: fillIn(remedy, details) };
}
