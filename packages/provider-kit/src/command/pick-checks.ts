import { type Check, checkAreas } from '../check.js';
import { checks } from '../checks/index.js';
import { badUsage } from './command-error.js';

/** Picks the checks by what was named: areas, or ids of checks. All if nothing was. */
export function pickChecks(named: readonly string[]): (check: Check) => boolean {
  const known = new Set<string>([...checkAreas, ...checks.map(({ id }) => id)]);
  for (const name of named) {
    if (known.has(name)) continue;
    throw badUsage(`There is no area and no check "${name}". The areas are ${checkAreas.join(', ')}; --list has all checks.`);
  }
  return ({ id, area }) => named.length === 0 || named.includes(id) || named.includes(area);
}

/** The checks as text, by area. */
export function listChecks(picked: readonly Check[]): string {
  const width = Math.max(0, ...picked.map(({ id }) => id.length));
  return picked.map(({ id, title, harmless }) => `${id.padEnd(width)}  ${title}${harmless ? '' : ' *'}`).join('\n');
}
