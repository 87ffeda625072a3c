import type { FlowText } from './flow.js';

/** Something about a location that works all the same, and that its user should know. */
export interface Notice {
  /** Names what it is about, such as `key-expires`; one that is given again is the same notice. */
  readonly id: string;
  /** What is so, and what would be better. */
  readonly message: FlowText;
  /** What stands for `{name}` in the message. No secrets. */
  readonly placeholders?: Readonly<Record<string, string>>;
}
