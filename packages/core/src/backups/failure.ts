import { isHoldfastError } from '../base/errors.js';
import type { Failure } from './summary.js';

/** An error as data for results; an unforeseen one keeps its message. */
export function describeFailure(error: unknown): Failure {
  if (isHoldfastError(error)) return { code: error.code, message: error.message, remedy: error.remedy };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, remedy: 'This is a fault in Holdfast: please report it with the message above.' };
}
