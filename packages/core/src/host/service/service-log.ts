/** From much to little. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One thing that happened: a line. Plain data, without secrets. */
export interface ServiceEntry {
  readonly level: LogLevel;
  /** What kind of thing it is, for programs: `run-ended`. */
  readonly event: string;
  /** One sentence, for people. */
  readonly message: string;
  /** The job's id, where it is about one. */
  readonly job?: string;
  /** The run's id, where it is about one. */
  readonly run?: string;
}

export type ServiceLog = (entry: ServiceEntry) => void;
