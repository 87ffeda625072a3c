import type { ProviderLogger } from '@holdfast/core/provider-api';

/** Where a location keeps its objects. */
export interface Place {
  /** The configured folder. It may be a symbolic link; nothing below it is followed as one. */
  readonly root: string;
  readonly locationId: string;
  readonly log: ProviderLogger;
}
