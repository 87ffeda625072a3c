import { randomBytes } from 'node:crypto';
import type { LocationsOptions } from '../location-context.js';
import { chooseTitle, findLocation, newLocationId, unknownLocation } from '../location-names.js';
import type { FlowRecord } from './flow-record.js';
import type { StartFlow } from './flow-view.js';

/** A flow before its first step. What can't come to a good end is refused: `unknown-provider`, `unknown-location`, `title-taken`, `title-invalid`. */
export function newFlow(
  { registry, configFile }: Pick<LocationsOptions, 'registry' | 'configFile'>,
  wanted: StartFlow,
  now: Date,
): FlowRecord {
  const others = configFile.locations();
  const common = {
    token: randomBytes(16).toString('hex'),
    kind: wanted.kind,
    startedAt: now.toISOString(),
    changedAt: now.toISOString(),
    turn: 0,
    hasSecrets: false,
  };
  if (wanted.kind === 'setup') {
    const type = registry.type(wanted.provider);
    const title = wanted.title === undefined ? {} : { title: chooseTitle(wanted.title, type.label, others) };
    return { ...common, ...title, provider: type.id, package: packageOf(type), location: newLocationId(type.id, others) };
  }
  const stored = findLocation(wanted.location, others);
  if (stored === undefined) throw unknownLocation(wanted.location, others);
  return { ...common, provider: stored.provider, package: packageOf(registry.type(stored.provider)), location: stored.id };
}

function packageOf({ package: { name, version } }: { readonly package: { readonly name: string; readonly version: string } }) {
  return { name, version };
}
