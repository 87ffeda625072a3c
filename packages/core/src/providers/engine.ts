import { readFileSync } from 'node:fs';
import { providerError } from './errors.js';
import { manifestInvalid } from './manifest.js';
import type { ProviderPackage } from './provider-package.js';

/** This host's version. */
export function readHostVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}

/** Refuses a package that isn't made for this host: `provider-incompatible`, or `manifest-invalid` if its range is no range. */
export async function requireCompatible(
  found: Pick<ProviderPackage, 'name' | 'version' | 'range' | 'folder'>,
  hostVersion: string,
): Promise<void> {
  if (fitsSurely(found.range, hostVersion) === true) return;
  // Loaded here: it takes longer than all else that is done with a manifest.
  const [{ default: satisfies }, { default: validRange }] = await Promise.all([
    import('semver/functions/satisfies.js'),
    import('semver/ranges/valid.js'),
  ]);
  const subject = `${found.name}@${found.version}`;
  if (validRange(found.range) === null) {
    const fault = `engines.holdfast: found ${JSON.stringify(found.range)}, expected a range of versions such as "^1.2.0".`;
    throw manifestInvalid(found, found.folder ?? 'this app', [fault]);
  }
  // A pre-release of the host counts: who runs one wants to try its providers with it.
  if (satisfies(hostVersion, found.range, { includePrerelease: true })) return;
  throw providerError('provider-incompatible', { subject, range: found.range, host: hostVersion });
}

/** The same at once, for a package that was checked when it was installed: what takes a library to tell counts as fitting. */
export function requirePossible(found: Pick<ProviderPackage, 'name' | 'version' | 'range'>, hostVersion: string): void {
  if (fitsSurely(found.range, hostVersion) !== false) return;
  throw providerError('provider-incompatible', { subject: `${found.name}@${found.version}`, range: found.range, host: hostVersion });
}

/** Whether a version is in one of the usual ranges, `*` and `^1.2.3`; `undefined` for what is anything else, which is for semver to tell. */
function fitsSurely(range: string, version: string): boolean | undefined {
  if (range === '*') return true;
  const number = '(0|[1-9]\\d{0,8})';
  const least = new RegExp(`^\\^${number}\\.${number}\\.${number}$`).exec(range)?.slice(1).map(Number);
  const host = new RegExp(`^${number}\\.${number}\\.${number}$`).exec(version)?.slice(1).map(Number);
  if (least === undefined || host === undefined) return undefined;
  // Up to the first number that is not zero nothing may differ, and after it nothing may be less.
  const fixed = least.findIndex((part) => part !== 0);
  const differs = host.findIndex((part, at) => part !== least[at]);
  if (differs === -1) return true;
  return fixed !== -1 && differs > fixed && (host[differs] ?? 0) > (least[differs] ?? 0);
}
