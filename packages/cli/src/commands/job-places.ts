import type { Host, Job, JobChanges, JobLocation } from '@holdfast/core';
import { badUsage, type JobOptions, rulesOf } from './job-usage.js';

type PlaceOptions = Pick<JobOptions, 'to' | 'keepAt' | 'plainAt' | 'without' | 'sameAt'>;
type Difference = Omit<JobLocation, 'location'>;

/** Where the backups go, and what differs there: changes to what `job` says, or to nothing. */
export function placesAsked(host: Host, options: PlaceOptions, job?: Job): Pick<JobChanges, 'locations' | 'differing'> {
  const { to, keepAt = [], plainAt = [], without = [], sameAt = [] } = options;
  if (to === undefined && [keepAt, plainAt, without, sameAt].every(({ length }) => length === 0)) return {};
  const before = job === undefined || job.locations === 'all' ? (job?.differing ?? []) : job.locations;
  const differences = new Map<string, Difference>(before.map(({ location, ...difference }) => [location, difference]));
  const idOf = (name: string) => host.locations.get(name).id;
  const differ = (name: string, change: (present: Difference) => Difference) =>
    differences.set(idOf(name), change(differences.get(idOf(name)) ?? {}));
  for (const name of sameAt) differences.set(idOf(name), {});
  for (const text of keepAt) {
    const [name, rules] = parted(text, '--keep-at', 'LOCATION:RULES, such as "NAS:copies=3"');
    differ(name, (present) => ({ ...present, retention: rulesOf(rules, '--keep-at') }));
  }
  for (const name of plainAt) differ(name, (present) => ({ ...present, encrypt: false }));
  for (const text of without) {
    const [name, source] = parted(text, '--without', 'LOCATION:SOURCE, such as "NAS:photos"');
    differ(name, (present) => ({ ...present, without: [...(present.without ?? []), source] }));
  }
  const asked = to ?? (job === undefined || job.locations === 'all' ? ['all'] : job.locations.map(({ location }) => location));
  const placeAt = (location: string): JobLocation => ({ location, ...differences.get(location) });
  if (asked.length === 1 && asked[0] === 'all') {
    const differing = [...differences].filter(([, difference]) => Object.keys(difference).length > 0);
    return { locations: 'all', differing: differing.map(([location]) => placeAt(location)) };
  }
  const ids = [...new Set(asked.map(idOf))];
  const elsewhere = [...differences].find(([id, difference]) => !ids.includes(id) && Object.keys(difference).length > 0 && isAsked(id));
  if (elsewhere !== undefined)
    throw badUsage(`"${host.locations.get(elsewhere[0]).title}" is not among the locations of the job: add it with --to`);
  return { locations: ids.map(placeAt) };

  function isAsked(id: string): boolean {
    const names = [...plainAt, ...[...keepAt, ...without].map((text) => text.slice(0, text.lastIndexOf(':')))];
    return names.some((name) => idOf(name) === id);
  }
}

/** At the last colon: a title may have some. */
function parted(text: string, option: string, example: string): [string, string] {
  const colon = text.lastIndexOf(':');
  if (colon <= 0 || colon === text.length - 1) throw badUsage(`${option} takes ${example}`);
  return [text.slice(0, colon), text.slice(colon + 1)];
}
