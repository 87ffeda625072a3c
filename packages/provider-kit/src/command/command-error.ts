import { isHoldfastError } from '@holdfast/core';

/** What the process answers with; scripts build on it. */
export const exitCodes = {
  /** All checks that ran were passed. */
  success: 0,
  /** A check failed, or none could be run. */
  failure: 1,
  /** The command line can't be understood. */
  badUsage: 2,
  /** Ctrl-C. As shells have it: 128 + SIGINT. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What the command itself refuses: what is wrong, what to do, and what the process answers with. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    readonly code: string,
    message: string,
    readonly remedy: string,
    readonly exitCode: ExitCode = exitCodes.failure,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** A command line that can't be understood. */
export function badUsage(message: string): CommandError {
  return new CommandError('bad-usage', message, 'See: holdfast-provider check --help', exitCodes.badUsage);
}

/** An error as `--json` shows it. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What to show of an error. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof CommandError || isHoldfastError(error)) {
    const { code, message, remedy } = error;
    return { code, message, remedy };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'unexpected', message, remedy: 'This should not have happened. Please report it with the lines above.' };
}

/** The message of what was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
