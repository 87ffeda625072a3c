import { type DropReason, planRetention, type RetentionDecision } from './plan-retention.js';

/** A backup of this instance at a location that keeps only so many. */
export interface LimitedCopy {
  readonly key: string;
  /** Its number among those of the instance: clocks may go wrong. */
  readonly sequence: number;
  readonly pinned: boolean;
  readonly good: boolean;
  readonly verified: boolean;
}

/** Retention by the one rule that so many copies are kept, whoever asked for them: damaged ones go first, then the oldest. Decisions are by key, the newest first. */
export function planLimit(copies: readonly LimitedCopy[], limit: number): RetentionDecision[] {
  const retained = copies.map(({ key, sequence, ...rest }) => ({ id: key, date: new Date(sequence), automatic: true, ...rest }));
  return planRetention(retained, { copies: limit }, new Date(0), { damaged: 'first-to-go' }).map((decision) => ({
    ...decision,
    leftOutBy: decision.leftOutBy.map((reason): DropReason => ('number' in reason ? { rule: 'limit', number: reason.number } : reason)),
  }));
}
