import { randomInt } from 'node:crypto';
import { closestName } from '../providers/closest-name.js';
import { configError } from './errors.js';
import type { StoredLocation } from './stored-config.js';

// Without the letters that are taken for digits when an id is read out or typed.
const alphabet = 'abcdefghjkmnpqrstvwxyz0123456789';

/** A new location's id, such as `local-3f2a`. It stays when the title changes. */
export function newLocationId(provider: string, taken: readonly StoredLocation[]): string {
  for (;;) {
    const id = `${provider}-${Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
    if (!taken.some((location) => location.id === id)) return id;
  }
}

/** The title asked for, or the type's label, with a number if it is taken. `title-taken` or `title-invalid` if one was asked for that can't be. */
export function chooseTitle(wanted: string | undefined, label: string, others: readonly StoredLocation[]): string {
  if (wanted === undefined) {
    for (let number = 1; ; number += 1) {
      const title = number === 1 ? label : `${label} ${number}`;
      if (!isTaken(title, others)) return title;
    }
  }
  // oxlint-disable-next-line no-control-regex
  if (wanted === '' || wanted.length > 60 || wanted.trim() !== wanted || /[\u0000-\u001f\u007f-\u009f]/.test(wanted)) {
    throw configError('title-invalid', { title: JSON.stringify(wanted) });
  }
  if (isTaken(wanted, others)) throw configError('title-taken', { title: wanted });
  return wanted;
}

/** The location of that id, else of that title in any case. */
export function findLocation(idOrTitle: string, locations: readonly StoredLocation[]): StoredLocation | undefined {
  return locations.find(({ id }) => id === idOrTitle) ?? locations.find(({ title }) => same(title, idOrTitle));
}

/** The error for a location that isn't there. */
export function unknownLocation(name: string, locations: readonly StoredLocation[]) {
  const meant = closestName(
    name,
    locations.flatMap(({ id, title }) => [id, title]),
  );
  const known = locations.map(({ id, title }) => `"${title}" (${id})`).join(', ');
  return configError('unknown-location', {
    name,
    suggestion: meant === undefined ? '' : ` Did you mean "${meant}"?`,
    known: known || 'none yet',
  });
}

/** A location is asked for by its id or its title, so a title must be neither of another one. */
function isTaken(title: string, others: readonly StoredLocation[]): boolean {
  return others.some((other) => same(other.title, title) || same(other.id, title));
}

function same(a: string, b: string): boolean {
  return a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
}
