import type { Failure } from '../summary.js';
import type { CopyDecision } from './plan-location.js';
import type { RetainedCopy } from './retention.js';

/** What a report says of a copy that was decided about. */
export function retainedCopy({ copy, keptBy, leftOutBy }: CopyDecision, state: RetainedCopy['state'], error?: Failure): RetainedCopy {
  const { id, name, date, key, size, job } = copy;
  return { id, name, date, key, size, ...(job !== undefined && { job }), state, keptBy, leftOutBy, ...(error && { error }) };
}
