import { readFile } from 'node:fs/promises';
import satisfies from 'semver/functions/satisfies.js';
import validRange from 'semver/ranges/valid.js';
import { providerError } from './errors.js';
import { manifestInvalid } from './manifest.js';
import type { ProviderPackage } from './provider-package.js';

/** This host's version. */
export async function readHostVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}

/** Refuses a package that isn't made for this host: `provider-incompatible`, or `manifest-invalid` if its range is no range. */
export function requireCompatible(found: ProviderPackage, hostVersion: string): void {
  const subject = `${found.name}@${found.version}`;
  if (validRange(found.range) === null) {
    const fault = `engines.holdfast: found ${JSON.stringify(found.range)}, expected a range of versions such as "^1.2.0".`;
    throw manifestInvalid(found, found.folder ?? 'this app', [fault]);
  }
  // A pre-release of the host counts: who runs one wants to try its providers with it.
  if (satisfies(hostVersion, found.range, { includePrerelease: true })) return;
  throw providerError('provider-incompatible', { subject, range: found.range, host: hostVersion });
}
