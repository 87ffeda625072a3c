import type { Check, CheckBench } from '../check.js';
import type { CheckResult } from '../report/report.js';
import { packageBench } from './package-bench.js';
import type { ProviderUnderCheck } from './provider-under-check.js';
import { runCheck } from './run-check.js';
import { declaredSkip, inapplicable, missingNeed } from './skip-reason.js';

/** Milliseconds. */
const usualTimeLimit = 60_000;

/** Runs one check on a provider package, or says why not. */
export async function runPackageCheck(check: Check, provider: ProviderUnderCheck, signal?: AbortSignal): Promise<CheckResult> {
  const { id, area, title } = check;
  const { subject, manifest } = provider;
  const reason = declaredSkip(check, subject) ?? inapplicable(check, manifest);
  if (reason !== undefined) return { id, area, title, state: 'skipped', reason, ms: 0 };
  const able: Check = { ...check, run: (bench) => runWhereAble(check, bench) };
  return runCheck(able, (stop) => packageBench(provider, stop), { timeLimit: subject.timeLimit ?? usualTimeLimit, signal });
}

/** What isn't checked and nobody says why is most likely forgotten. */
async function runWhereAble(check: Check, bench: CheckBench): ReturnType<Check['run']> {
  const missing = bench.package === undefined ? undefined : await missingNeed(check, bench.package);
  if (missing === undefined) return check.run(bench);
  throw new Error(`${missing}, so this can't be checked. Give it some, or say why not: skip: { '${check.id}': 'the reason' }.`);
}
