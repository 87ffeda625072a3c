import type { Issue } from '../backups/issues/issue.js';

export interface CheckUpOptions {
  /**
   * Whether the locations are asked too, over the network: whether they work, and whether what they should have is there. Default: once a day at
   * most.
   */
  readonly locations?: boolean;
  readonly signal?: AbortSignal;
}

/** Finds the issues that only looking finds, and closes those that are over. Gives all that are open then. @throws `cancelled` */
export type CheckUp = (options?: CheckUpOptions) => Promise<readonly Issue[]>;
