import type { ErrorDetails } from '../../base/errors.js';
import type { IssueCode } from './catalogue.js';

/** What an issue is about. The same code about the same thing is the same issue. */
export interface IssueSubject {
  readonly job?: { readonly id: string; readonly title: string };
  readonly location?: { readonly id: string; readonly title: string };
  /** The name of a provider package. */
  readonly provider?: string;
  /** Tells several of one location apart, such as the id of a notice or of a backup. */
  readonly about?: string;
}

/** An issue as it is found. */
export interface NewIssue extends IssueSubject {
  readonly code: IssueCode;
  /** What its texts are filled with. No secrets. */
  readonly details?: ErrorDetails;
}

/** What is kept of an issue. */
export interface RaisedIssue extends IssueSubject {
  readonly code: IssueCode;
  /** What its texts are filled with. No secrets, but there may be names of files. */
  readonly details: ErrorDetails;
  /** ISO 8601 in UTC. */
  readonly raisedAt: string;
  /** When it was last found to be so. */
  readonly updatedAt: string;
  /** How often it was found to be so. */
  readonly times: number;
}
