import type { Host, LocationRecord } from '@holdfast/core';

/** A location as `--json` shows it. Secrets are not in it. */
export interface LocationDescription {
  readonly id: string;
  readonly title: string;
  readonly provider: string;
  /** Where it is, in words of its provider's settings. */
  readonly place: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Its secrets are missing: it can't be used until they are entered. */
  readonly needsReauth?: true;
}

export function describeLocation(host: Host, { id, title, provider, config, needsReauth }: LocationRecord): LocationDescription {
  return { id, title, provider, place: host.locations.describe(id), config, ...(needsReauth === undefined ? {} : { needsReauth }) };
}
