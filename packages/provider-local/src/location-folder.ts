import type { ProviderLogger } from '@holdfast/core/provider-api';

/** The folder in which a location keeps its objects. */
export interface LocationFolder {
  /** The configured folder. It may be a symbolic link; nothing below it is followed as one. */
  readonly root: string;
  readonly locationId: string;
  readonly log: ProviderLogger;
}
