import { isHoldfastError } from '../base/errors.js';
import { locationFailure } from '../config/location-failure.js';
import type { Failure } from './summary.js';

/** A failure at a location, as data. An unforeseen one keeps its message. */
export function describeFailure(error: unknown, location?: { readonly id: string; readonly title: string }): Failure {
  const failure = location === undefined ? error : locationFailure(location, error);
  if (isHoldfastError(failure)) return { code: failure.code, message: failure.message, remedy: failure.remedy };
  const message = failure instanceof Error ? failure.message : String(failure);
  return { code: 'internal', message, remedy: 'This is a fault in Holdfast: please report it with the message above.' };
}
