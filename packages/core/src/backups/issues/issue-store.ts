import { join } from 'node:path';
import type { Clock } from '../../base/clock.js';
import type { ErrorDetails } from '../../base/errors.js';
import { inTurn, readDataFile, writeDataFile } from '../../config/data-file.js';
import type { JsonObject } from '../../providers/schema-problem.js';
import type { IssueCode } from './catalogue.js';
import { describeIssue, type Issue, issueId, type IssueSubject, type RaisedIssue } from './issue.js';
import { parseRaisedIssue } from './parse-issue.js';

/** What somebody has to be told once, until it is cured. It outlives the process. */
export interface IssueStore {
  /** The oldest first. */
  list(): Promise<readonly Issue[]>;
  /** Raised once: the same code about the same thing is brought up to date. */
  raise(issue: IssueSubject & { readonly code: IssueCode; readonly details?: ErrorDetails }): Promise<void>;
  /** It is cured. Nothing happens where there is none. Without `about`, all of the code about the location are. */
  resolve(code: IssueCode, locationId?: string, about?: string): Promise<void>;
  /** Closes all that hold of something that is gone. */
  forget(subject: { readonly locationId?: string; readonly provider?: string }): Promise<void>;
}

export interface IssueStoreOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly onRaised?: (issue: Issue) => void;
  readonly onResolved?: (issue: Issue) => void;
}

const format = 1;

/** The issues of a data directory, in `issues.json`. */
export function openIssueStore({ dataDir, clock, onRaised, onResolved }: IssueStoreOptions): IssueStore {
  const file = join(dataDir, 'issues.json');

  const read = async () => (await readDataFile(file, format, parseIssues)) ?? [];

  const change = inTurn(file, async (apply: (issues: readonly RaisedIssue[]) => readonly RaisedIssue[]) => {
    const before = await read();
    const after = apply(before);
    if (after === before) return;
    await writeDataFile(file, { version: format, issues: after });
    const ids = (issues: readonly RaisedIssue[]) => new Set(issues.map((issue) => issueId(issue.code, issue)));
    const [earlier, later] = [ids(before), ids(after)];
    for (const issue of after.map(describeIssue)) if (!earlier.has(issue.id)) onRaised?.(issue);
    for (const issue of before.map(describeIssue)) if (!later.has(issue.id)) onResolved?.(issue);
  });

  /** Most of the time there is nothing to close, and then nothing has to be locked or written. */
  async function close(isClosed: (issue: RaisedIssue) => boolean): Promise<void> {
    if (!(await read()).some(isClosed)) return;
    await change((issues) => issues.filter((issue) => !isClosed(issue)));
  }

  return {
    list: async () => (await read()).map(describeIssue),
    raise: ({ code, details = {}, ...subject }) =>
      change((issues) => {
        const id = issueId(code, subject);
        const now = clock.now().toISOString();
        const known = issues.find((issue) => issueId(issue.code, issue) === id);
        if (known === undefined) return [...issues, { ...subject, code, details, raisedAt: now, updatedAt: now, times: 1 }];
        const updated = { ...known, ...subject, details, updatedAt: now, times: known.times + 1 };
        return issues.map((issue) => (issue === known ? updated : issue));
      }),
    resolve: (code, locationId, about) =>
      close((issue) => issue.code === code && issue.location?.id === locationId && (about === undefined || issue.about === about)),
    forget: ({ locationId, provider }) =>
      close(
        (issue) =>
          (locationId !== undefined && issue.location?.id === locationId) || (provider !== undefined && issue.provider === provider),
      ),
  };
}

function parseIssues({ issues }: JsonObject): readonly RaisedIssue[] {
  if (!Array.isArray(issues)) throw new Error('issues is not a list');
  return issues.flatMap((issue) => parseRaisedIssue(issue) ?? []);
}
