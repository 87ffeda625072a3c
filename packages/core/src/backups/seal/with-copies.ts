import { HoldfastError, isHoldfastError } from '../../base/errors.js';

/** Adds to an error about a damaged copy where the backup is as well, which is what helps. */
export function withCopies<E>(error: E, copies: readonly string[]): E | HoldfastError {
  if (!isHoldfastError(error) || copies.length === 0) return error;
  const places = copies.map((title) => `"${title}"`).join(', ');
  return new HoldfastError(
    error.code,
    error.message,
    `${error.remedy} There is another copy at ${places}.`,
    { ...error.details, copies: copies.join(', ') },
    error.cause,
  );
}
