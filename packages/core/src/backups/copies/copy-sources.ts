import { pathsIn } from '../../config/path-grants.js';
import type { Location } from '../../provider-api/index.js';
import { backupError } from '../errors.js';
import type { BackupServices } from '../services.js';
import type { BackupCopy, BackupSummary } from '../summary.js';

/** A copy that a backup can be read from. */
export interface CopySource {
  /** The location's id. */
  readonly id: string;
  readonly title: string;
  readonly key: string;
  readonly location: Location;
}

/**
 * The copies of a backup that can be opened, elsewhere than at `to`: the one that was chosen first, then those on this machine, then the others.
 *
 * @throws `backup-not-at-location`, if there is none where it was chosen; `backup-not-whole`, if there is none at all; or the failure of the last that was tried
 */
export async function openSources(
  services: BackupServices,
  { id, locations }: BackupSummary,
  { from, to }: { readonly from: string | undefined; readonly to: { readonly id: string; readonly title: string } },
  signal: AbortSignal,
): Promise<CopySource[]> {
  const chosen = from === undefined ? undefined : services.locations.get(from);
  if (chosen !== undefined && !locations.some((copy) => copy.id === chosen.id)) {
    throw backupError('backup-not-at-location', { id, location: chosen.title, locations: locations.map(({ title }) => title).join(', ') });
  }
  const elsewhere = locations.filter((copy) => copy.id !== to.id);
  if (elsewhere.length === 0)
    throw backupError('backup-not-whole', { id, location: to.title, reason: 'No other location that answers has it.' });
  const rank = (copy: BackupCopy) => (copy.id === chosen?.id ? 0 : isOnThisMachine(services, copy) ? 1 : 2);
  const sources: CopySource[] = [];
  let failure: unknown;
  for (const copy of elsewhere.toSorted((a, b) => rank(a) - rank(b))) {
    try {
      sources.push({ id: copy.id, title: copy.title, key: copy.key, location: await services.locations.open(copy.id) });
    } catch (error) {
      signal.throwIfAborted();
      if (copy.id === chosen?.id) throw error;
      failure = error;
    }
  }
  if (sources.length === 0) throw failure;
  return sources;
}

function isOnThisMachine({ locations, providers }: BackupServices, { id }: BackupCopy): boolean {
  const { provider, config } = locations.get(id);
  const { configSchema } = providers.type(provider);
  return pathsIn(configSchema, config).length > 0;
}
