/** What the process answers with; scripts build on it. */
export const exitCodes = {
  success: 0,
  /** It did not work. */
  failure: 1,
  /** The command line can't be understood, or asks for something that needs an answer nobody can give. Nothing was done. */
  badUsage: 2,
  /** It worked, but something needs a look: a file that could not be read, a location that failed. */
  warnings: 3,
  /** Ctrl-C, or "no" to a question. As shells have it: 128 + SIGINT. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
