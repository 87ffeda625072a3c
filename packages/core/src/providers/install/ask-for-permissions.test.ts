import { expect, test } from 'vitest';
import { noPermissions } from '../permissions.js';
import { askForPermissions } from './ask-for-permissions.js';
import type { LockedPackage } from './locked-package.js';
import type { PermissionRequest } from './permission-request.js';
import { noProvenance, type Provenance } from './provenance.js';

const proven: Provenance = { state: 'verified', signature: 'verified', repository: 'https://example.com/shelf' };

function installedWith(provenance: Provenance): LockedPackage {
  const active = {
    version: '1.0.0',
    folder: 'anywhere',
    linked: false,
    spec: 'shelf',
    range: '*',
    checkedBy: '1.0.0',
    types: [],
    asks: noPermissions,
    provenance,
    installedAt: '2026-11-21T00:00:00.000Z',
  };
  return { name: 'shelf', state: 'enabled', pinned: false, granted: noPermissions, active };
}

/** What the user is asked for a version that wants no more than the one before. */
async function asked(before: Provenance | undefined, after: Provenance): Promise<PermissionRequest[]> {
  const requests: PermissionRequest[] = [];
  const grant = async (request: PermissionRequest) => requests.push(request) > 0;
  const version = { name: 'shelf', version: '1.1.0', asks: noPermissions, provenance: after };
  await askForPermissions(version, before === undefined ? undefined : installedWith(before), { grant });
  return requests;
}

test('an update that is no longer proven is asked about, even if it wants nothing new', async () => {
  expect(await asked(proven, noProvenance)).toMatchObject([{ lostProvenance: true, replaces: '1.0.0' }]);
  expect(await asked(proven, { ...proven, state: 'unknown', reason: 'no network' })).toMatchObject([{ lostProvenance: true }]);
  expect(await asked(proven, proven)).toEqual([]);
  expect(await asked(noProvenance, noProvenance)).toEqual([]);
  expect(await asked(undefined, noProvenance)).toMatchObject([{ lostProvenance: false }]);
});

test('a no says what was asked for', async () => {
  const version = { name: 'shelf', version: '1.1.0', asks: noPermissions, provenance: noProvenance };
  await expect(askForPermissions(version, installedWith(proven), { grant: async () => false })).rejects.toMatchObject({
    code: 'permissions-not-granted',
    message:
      'Provider package shelf@1.1.0 may not be used without permission. It asks for: nothing. And it is no longer proven where it comes from.',
  });
});
