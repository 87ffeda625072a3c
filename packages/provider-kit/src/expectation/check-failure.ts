import { contract, type Rule } from './contract.js';

/** What an author needs to know about a rule that was broken. */
export interface Finding {
  /** What the check did, as a sentence without its end: `Stored 4097 bytes and read them back`. */
  readonly did: string;
  readonly expected: string;
  readonly came: string;
  /** The sentence of the contract that says so. */
  readonly rule: Rule;
  /** What was thrown, if that is what came. */
  readonly cause?: unknown;
}

/** A rule of the contract is broken. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';

  constructor({ did, expected, came, rule, cause }: Finding) {
    const sentence = contract[rule].replace(/^docs:/, '');
    super(`${did}.\n  expected: ${expected}\n  came:     ${came}\n  contract: "${sentence}"`, cause === undefined ? undefined : { cause });
  }
}

/** Ends the check. */
export function fail(finding: Finding): never {
  throw new CheckFailure(finding);
}

/** What was thrown, in one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `${typeof error} ${String(error)}, which is no Error`;
  const code = 'code' in error ? ` "${String(error.code)}"` : '';
  return `${error.name}${code}: ${error.message.slice(0, 500)}`;
}
