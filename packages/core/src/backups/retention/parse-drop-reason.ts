import { isJsonObject } from '../../providers/schema-problem.js';
import type { DropReason } from './plan-retention.js';
import { periodRules, ruleNames } from './rules.js';

/** As it stands in the log; `undefined` for what this version doesn't know. */
export function parseDropReason(value: unknown): DropReason | undefined {
  if (!isJsonObject(value)) return undefined;
  const { rule, number, instead } = value;
  if (rule === 'damaged') return { rule };
  const period = periodRules.find((name) => name === rule);
  if (period !== undefined && typeof instead === 'string') return { rule: period, instead };
  const known = [...ruleNames, 'limit' as const].find((name) => name === rule);
  return known !== undefined && typeof number === 'number' ? { rule: known, number } : undefined;
}
