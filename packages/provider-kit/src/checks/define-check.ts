import { type Check, type CheckArea, checkAreas, type CheckNeed } from '../check.js';

/** What else is to be said of a check. */
export interface CheckTraits {
  readonly harmless?: boolean;
  readonly needs?: readonly CheckNeed[];
}

/** Makes a check; its area is the first part of its id. */
export function defineCheck(id: `${CheckArea}/${string}`, title: string, run: Check['run'], traits: CheckTraits = {}): Check {
  const { harmless = false, needs = [] } = traits;
  const area = checkAreas.find((name) => id.startsWith(`${name}/`));
  if (area === undefined) throw new Error(`"${id}" has no area.`);
  return { id, area, title, harmless, needs, run };
}

/** One that uses nothing but a location, and little of it. */
export function harmlessCheck(id: `${CheckArea}/${string}`, title: string, run: Check['run']): Check {
  return defineCheck(id, title, run, { harmless: true });
}
