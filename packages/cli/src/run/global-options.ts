/** The options that every command takes, as commander gives them. */
export interface GlobalOptions {
  readonly dataDir?: string;
  readonly providerFolder?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly yes?: boolean;
  readonly verbose?: boolean;
  /** `false` after `--no-color`. */
  readonly color: boolean;
}
