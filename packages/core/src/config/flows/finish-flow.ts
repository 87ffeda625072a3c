import type { JsonRecord } from '../../provider-api/index.js';
import type { JsonObject } from '../../providers/schema-problem.js';
import type { LocationsOptions } from '../location-context.js';
import { chooseTitle } from '../location-names.js';
import { partSecrets } from '../location-record.js';
import type { Locations } from '../locations.js';
import type { ActiveFlow } from './active-flow.js';
import type { ShownStep } from './flow-view.js';

/** The settings that the host's own form gives: in a `reauth` it asks for a part of them alone. */
export function settingsFrom({ record, type, change }: ActiveFlow, answer: JsonRecord): JsonObject {
  if (record.kind !== 'reauth' || change === undefined) return answer;
  // The form has all secrets, so one that is not in the answer was taken away.
  return { ...partSecrets(type, change.config).open, ...answer };
}

/** Makes the location, or changes it. Its settings are checked and tried out as any others. */
export async function finishFlow(
  { locations, configFile }: LocationsOptions & { readonly locations: Pick<Locations, 'add' | 'update'> },
  { record, type }: ActiveFlow,
  { config, title }: { readonly config: unknown; readonly title: string | undefined },
  signal: AbortSignal,
): Promise<ShownStep> {
  if (record.kind === 'setup') {
    const proposed = title === undefined ? undefined : freeTitle(title, configFile.locations());
    const added = await locations.add({ provider: type.id, title: record.title ?? proposed, config, id: record.location, signal });
    const { notices = [], ...location } = added;
    return { type: 'done', location, notices, warnings: [] };
  }
  const { location, notices, moved } = await locations.update(record.location, { config, samePlace: record.kind === 'reauth', signal });
  const warning = `"${location.title}" is at another place now. The backups that it holds so far stay at the old one, and Holdfast does not see them there any more.`;
  return { type: 'done', location, notices, warnings: moved && record.kind === 'reconfigure' ? [warning] : [] };
}

/** The provider's proposal as a title that can be had. */
function freeTitle(proposed: string, others: Parameters<typeof chooseTitle>[2]): string | undefined {
  // oxlint-disable-next-line no-control-regex
  const title = proposed
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .trim()
    .slice(0, 50)
    .trim();
  return title === '' ? undefined : chooseTitle(undefined, title, others);
}
