import type { CheckResult, Report } from './report.js';

const marks = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' } as const;

/** The report as text for people: a line for each check, what is wrong below it, the sum at the end. */
export function renderReport({ subject, isolation, results }: Report): string {
  const head = isolation === undefined ? subject : `${subject}, ${isolation === 'inline' ? 'called directly' : 'in a process of its own'}`;
  return [head, '', ...results.map(renderResult), '', summaryOf(results)].join('\n');
}

/** One check in the report. */
export function renderResult({ state, id, title, ms, reason, error }: CheckResult): string {
  const time = ms >= 1_000 ? ` (${(ms / 1_000).toFixed(1)} s)` : '';
  const lines = [`${marks[state]} ${id}: ${title}${time}`];
  if (reason !== undefined) lines.push(`     because: ${reason}`);
  if (error !== undefined) lines.push(...error.split('\n').map((line) => `     ${line}`));
  return lines.join('\n');
}

function summaryOf(results: readonly CheckResult[]): string {
  const count = (wanted: CheckResult['state']) => results.filter(({ state }) => state === wanted).length;
  const seconds = results.reduce((sum, { ms }) => sum + ms, 0) / 1_000;
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped, in ${seconds.toFixed(1)} s`;
}
