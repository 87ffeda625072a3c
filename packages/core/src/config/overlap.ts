import type { Place } from '../provider-api/index.js';

/** How one place lies to another. */
export type Overlap = 'same' | 'inside' | 'around';

/** How the place lies to the other; `undefined` if they have nothing in common. */
export function overlapOf(place: Place, other: Place): Overlap | undefined {
  if (place.root !== other.root) return undefined;
  if (place.path === other.path) return 'same';
  if (isBelow(place.path, other.path)) return 'inside';
  return isBelow(other.path, place.path) ? 'around' : undefined;
}

function isBelow(path: string, above: string): boolean {
  return above === '' || path.startsWith(`${above}/`);
}

/** True for a place as the contract wants it: two spellings of one path would not be found to be the same. */
export function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null || !('root' in value) || !('path' in value)) return false;
  const { root, path } = value;
  if (typeof root !== 'string' || root === '' || typeof path !== 'string') return false;
  return path === '' || path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
