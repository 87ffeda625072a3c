import type { Fault, FaultRule } from './fault.js';

/** Tells who is to suffer which fault. */
export interface FaultPlan {
  /** Of the next request; in TCP mode of the next connection. */
  faultFor(method: string, path: string): Fault | undefined;
}

export function createFaultPlan(rules: readonly FaultRule[], protocol: 'http' | 'tcp'): FaultPlan {
  const counted = rules.map((rule) => {
    const { match = {}, fault } = rule;
    const problem = problemOf(rule, protocol);
    if (problem !== undefined) throw new TypeError(`A rule for the fault proxy ${problem}: ${JSON.stringify(fault)}`);
    const first = match.nth ?? 1;
    const times = match.times ?? (match.nth === undefined ? Number.POSITIVE_INFINITY : 1);
    // One that is global or sticky would remember where it matched last.
    const path = match.path === undefined ? undefined : new RegExp(match.path.source, match.path.flags.replace(/[gy]/g, ''));
    return { fault, path, method: match.method?.toUpperCase(), first, last: first + times - 1, seen: 0 };
  });
  return {
    faultFor(method, path) {
      for (const rule of counted) {
        if (rule.method !== undefined && rule.method !== method.toUpperCase()) continue;
        if (rule.path !== undefined && !rule.path.test(path)) continue;
        rule.seen++;
        if (rule.seen >= rule.first && rule.seen <= rule.last) return rule.fault;
      }
      return undefined;
    },
  };
}

function problemOf({ match = {}, fault }: FaultRule, protocol: 'http' | 'tcp'): string | undefined {
  for (const count of [match.nth, match.times]) {
    if (count !== undefined && !(Number.isInteger(count) && count > 0)) return 'counts from 1';
  }
  if (protocol === 'tcp' && (match.method !== undefined || match.path !== undefined)) return 'can know no method and no path in TCP mode';
  if (fault === 'refuse') return undefined;
  const offsets = ['afterBytes', 'stall', 'truncate', 'flip'] as const;
  const given: Readonly<Record<string, unknown>> = { ...fault };
  for (const name of offsets) {
    const value = given[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && Number(value) >= 0)) return `needs a number of bytes as ${name}`;
  }
  if ('drip' in fault && !(fault.drip > 0)) return 'needs bytes per second';
  if ('status' in fault && !('redirect' in fault) && !(Number.isInteger(fault.status) && fault.status >= 200 && fault.status < 600)) {
    return 'needs a status from 200 to 599';
  }
  const needHttp = ['status', 'redirect', 'lostAnswer', 'declared'];
  return protocol === 'tcp' && needHttp.some((name) => name in fault) ? 'needs HTTP' : undefined;
}
