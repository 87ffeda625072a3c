import type { Check, PackageBench } from '../check.js';
import { checks } from '../checks/index.js';
import type { ProviderManifest } from '../provider-manifest.js';
import type { Subject } from '../subject.js';

/** Why the subject says that the check is not to run. */
export function declaredSkip({ id, area }: Check, { skip = {} }: Subject): string | undefined {
  return skip[id] ?? skip[`${area}/*`];
}

/** Fails where `skip` names a check that there is not: what is meant would go on failing, or be checked no more. */
export function requireKnownSkips({ skip = {} }: Subject): void {
  for (const name of Object.keys(skip)) {
    const known = checks.some(({ id, area }) => name === id || name === `${area}/*`);
    if (!known) throw new Error(`The subject's "skip" names "${name}", which is neither a check nor an area such as "faults/*".`);
  }
}

/** Why the check can't apply to a provider with this manifest. */
export function inapplicable({ needs }: Check, { network }: ProviderManifest): string | undefined {
  return needs.includes('through') && network.length === 0 ? 'The manifest asks for no network.' : undefined;
}

/** The first thing that the check needs and the subject doesn't have. */
export async function missingNeed({ needs }: Check, { subject, place }: PackageBench): Promise<string | undefined> {
  for (const need of needs) {
    // Only the subject itself knows whether its places are the same; it says so in `skip`.
    if (need === 'otherPlaces') continue;
    if (need === 'refused') {
      if ((subject.refused ?? []).length === 0) return 'The subject has no "refused" settings';
    } else if ((await place())[need] === undefined) {
      return `The subject's place has no "${need}"`;
    }
  }
  return undefined;
}
