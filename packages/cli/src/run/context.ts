import type { Host, OnProgress } from '@holdfast/core';
import type { Terminal } from '../output/terminal.js';

/** What a command works with. */
export interface CommandContext {
  readonly dataDir: string;
  readonly terminal: Terminal;
  /** Fires when the command is to stop. */
  readonly signal: AbortSignal;
  /** `--yes`: questions are answered. */
  readonly yes: boolean;
  /** The host of the data directory, opened on first use and closed when the command ends. */
  host(): Promise<Host>;
  /** The host of another, throw-away data directory, for what needs none of its own. */
  /** What to say if the command is cancelled: what is left behind, and what is not. */
  whenCancelled(message: string): void;
  /** Runs a piece of work with progress on the screen, where somebody looks. */
  withProgress<Result>(work: (onProgress: OnProgress | undefined) => Promise<Result>): Promise<Result>;
}
