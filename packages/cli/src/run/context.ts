import type { Host, HostOptions, OnProgress } from '@holdfast/core';
import type { ExitCode } from './exit-codes.js';
import type { Terminal } from '../output/terminal.js';

/** What a command works with. */
export interface CommandContext {
  readonly dataDir: string;
  readonly terminal: Terminal;
  /** Fires when the command is to stop. */
  readonly signal: AbortSignal;
  /** `--yes`: questions are answered. */
  readonly yes: boolean;
  /**
   * The host of the data directory, opened on first use and closed when the command ends. `shared` for what only reads, and so
   * may run beside anything; otherwise it is held, after waiting for whoever holds it. The first call of a command decides.
   */
  host(access?: 'exclusive' | 'shared'): Promise<Host>;
  /** A `shared` host of the data directory beside that one, which tells `log` what it does. Whoever asks for it closes it. */
  openShared(log: NonNullable<HostOptions['log']>): Promise<Host>;
  /** What to say if the command is cancelled from here on: what is left behind and what is not. */
  whenCancelled(remark: string): void;
  /** Does a piece of work with its progress on the screen, where somebody looks. */
  withProgress<Result>(work: (report: { readonly onProgress?: OnProgress }) => Promise<Result>): Promise<Result>;
}

/** One command's work. What it answers with is `success` unless it says otherwise. */
export type CommandWork = (context: CommandContext) => Promise<ExitCode | undefined>;
