import { join } from 'node:path';
import type { Clock } from '../../base/clock.js';
import { inTurn, readDataFile, writeDataFile } from '../../config/data-file.js';
import type { JsonObject } from '../../providers/schema-problem.js';
import type { IssueCode } from './catalogue.js';
import { describeIssue, type Issue, issueId } from './issue.js';
import type { NewIssue, RaisedIssue } from './raised-issue.js';
import { parseRaisedIssue } from './parse-issue.js';

/** What was found out at once: those that are so, and which of the known ones are over. Nothing that is raised is cured. */
export interface IssueChanges {
  readonly raised: readonly NewIssue[];
  readonly cured: (issue: RaisedIssue) => boolean;
}

/** What somebody has to be told once, until it is cured. It outlives the process. */
export interface IssueStore {
  /** The oldest first. */
  list(): Promise<readonly Issue[]>;
  /** Raised once: the same code about the same thing is brought up to date. */
  raise(issue: NewIssue): Promise<void>;
  /** Raises some and closes others in one step. */
  apply(changes: IssueChanges): Promise<void>;
  /** It is cured. Nothing happens where there is none. Without `about`, all of the code about the location are. */
  resolve(code: IssueCode, locationId?: string, about?: string): Promise<void>;
  /** Closes all that hold of something that is gone. */
  forget(subject: { readonly locationId?: string; readonly provider?: string; readonly jobId?: string }): Promise<void>;
}

export interface IssueStoreOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly onRaised?: (issue: Issue) => void;
  /** It is still there, and what it says has changed. */
  readonly onUpdated?: (issue: Issue) => void;
  readonly onResolved?: (issue: Issue) => void;
}

const format = 1;

/** The issues of a data directory, in `issues.json`. */
export function openIssueStore({ dataDir, clock, onRaised, onUpdated, onResolved }: IssueStoreOptions): IssueStore {
  const file = join(dataDir, 'issues.json');

  const read = async () => (await readDataFile(file, format, parseIssues)) ?? [];

  const change = inTurn(file, async (apply: (issues: readonly RaisedIssue[]) => readonly RaisedIssue[]) => {
    const before = await read();
    const after = apply(before);
    if (after === before) return;
    await writeDataFile(file, { version: format, issues: after });
    const byId = (issues: readonly RaisedIssue[]) => new Map(issues.map(describeIssue).map((issue) => [issue.id, issue]));
    const [earlier, later] = [byId(before), byId(after)];
    for (const [id, issue] of later) {
      const known = earlier.get(id);
      if (known === undefined) onRaised?.(issue);
      else if (known.message !== issue.message) onUpdated?.(issue);
    }
    for (const [id, issue] of earlier) if (!later.has(id)) onResolved?.(issue);
  });

  function withRaised(issues: readonly RaisedIssue[], { code, details = {}, ...subject }: NewIssue): readonly RaisedIssue[] {
    const id = issueId(code, subject);
    const now = clock.now().toISOString();
    const known = issues.find((issue) => issueId(issue.code, issue) === id);
    if (known === undefined) return [...issues, { ...subject, code, details, raisedAt: now, updatedAt: now, times: 1 }];
    const updated = { ...known, ...subject, details, updatedAt: now, times: known.times + 1 };
    return issues.map((issue) => (issue === known ? updated : issue));
  }

  /** Most of the time there is nothing to close, and then nothing has to be locked or written. */
  async function close(isClosed: (issue: RaisedIssue) => boolean): Promise<void> {
    if (!(await read()).some(isClosed)) return;
    await change((issues) => issues.filter((issue) => !isClosed(issue)));
  }

  return {
    list: async () => (await read()).map(describeIssue),
    raise: (issue) => change((issues) => withRaised(issues, issue)),
    async apply({ raised, cured }) {
      const staying = new Set(raised.map((issue) => issueId(issue.code, issue)));
      const isClosed = (issue: RaisedIssue) => !staying.has(issueId(issue.code, issue)) && cured(issue);
      if (raised.length === 0) return close(isClosed);
      return change((issues) =>
        raised.reduce(
          withRaised,
          issues.filter((issue) => !isClosed(issue)),
        ),
      );
    },
    resolve: (code, locationId, about) =>
      close((issue) => issue.code === code && issue.location?.id === locationId && (about === undefined || issue.about === about)),
    forget: ({ locationId, provider, jobId }) =>
      close(
        (issue) =>
          (locationId !== undefined && issue.location?.id === locationId) ||
          (provider !== undefined && issue.provider === provider) ||
          (jobId !== undefined && issue.job?.id === jobId),
      ),
  };
}

function parseIssues({ issues }: JsonObject): readonly RaisedIssue[] {
  if (!Array.isArray(issues)) throw new Error('issues is not a list');
  return issues.flatMap((issue) => parseRaisedIssue(issue) ?? []);
}
