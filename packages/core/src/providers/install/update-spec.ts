import type { LockedPackage } from './locked-package.js';

/** What an update of a package looks for: what was asked for, or any version if it was one alone. To stay at one is what pinning is for. */
export async function specToUpdateFrom({ name, active }: LockedPackage): Promise<string> {
  const { default: parse } = await import('npm-package-arg');
  return parse(active.spec).type === 'version' ? name : active.spec;
}

export async function isNewer(version: string, than: string): Promise<boolean> {
  const { default: isGreater } = await import('semver/functions/gt.js');
  return isGreater(version, than);
}
