import type { Check } from './check.js';
import { checks } from './checks/index.js';
import type { Isolation } from './place-opener.js';
import type { CheckResult, Report } from './report/report.js';
import { takeSubject } from './running/provider-under-check.js';
import { runPackageCheck } from './running/run-package-check.js';
import { requireKnownSkips } from './running/skip-reason.js';
import type { Subject } from './subject.js';

/** Which checks run, and how. */
export interface RunChecksOptions {
  /** How the provider's code is run. */
  readonly isolation: Isolation;
  /** Picks the checks that run. Default: all. */
  readonly only?: (check: Check) => boolean;
  /** Called after each check. */
  readonly onResult?: (result: CheckResult) => void;
  /** Ends the check that runs, and begins no other. */
  readonly signal?: AbortSignal;
}

/** Runs the checks on a provider, one after the other. Rejects only where nothing can be checked: there is no package, say. */
export async function runChecks(subject: Subject, options: RunChecksOptions): Promise<Report> {
  const { isolation, only = () => true, onResult, signal } = options;
  requireKnownSkips(subject);
  await using provider = await takeSubject(subject, isolation);
  const { name, version, type } = provider.manifest;
  const results: CheckResult[] = [];
  for (const check of checks.filter(only)) {
    if (signal?.aborted === true) break;
    const result = await runPackageCheck(check, provider, signal);
    results.push(result);
    onResult?.(result);
  }
  return { subject: `${name}@${version}, type "${type}"`, isolation, results };
}
