import { providerError } from '../errors.js';
import { describePermissions, isNothing, noPermissions, permissionsBeyond } from '../permissions.js';
import type { InstallOptions } from './install-result.js';
import type { LockedPackage } from './locked-package.js';
import type { PermissionRequest } from './permission-request.js';

/** Has the user say yes to what is new: all of it at first, later what goes beyond, or a proof of origin that is gone. `permissions-not-granted` after a no. */
export async function askForPermissions(
  { name, version, asks, provenance }: Pick<PermissionRequest, 'name' | 'version' | 'asks' | 'provenance'>,
  before: LockedPackage | undefined,
  { grant }: InstallOptions,
): Promise<void> {
  const added = permissionsBeyond(asks, before?.granted ?? noPermissions);
  const lostProvenance = before?.active.provenance.state === 'verified' && provenance.state !== 'verified';
  if (before !== undefined && isNothing(added) && !lostProvenance) return;
  const replaces = before === undefined ? {} : { replaces: before.active.version };
  if (await grant({ name, version, ...replaces, asks, added, provenance, lostProvenance })) return;
  throw providerError('permissions-not-granted', {
    subject: `${name}@${version}`,
    permissions: describePermissions(before === undefined ? asks : added),
    provenance: lostProvenance ? ' And it is no longer proven where it comes from.' : '',
  });
}
