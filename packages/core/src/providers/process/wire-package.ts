import type { WirePackage } from '../protocol/host-message.js';
import { providerError } from '../errors.js';
import { subjectOf } from '../provider-module.js';
import type { ProviderPackage } from '../provider-package.js';

/** What a process must know of its package. */
export function wirePackageOf(found: ProviderPackage): WirePackage {
  const { name, version, folder, entry = 'index.js', types } = found;
  if (folder === undefined) throw providerError('provider-entry-missing', { subject: subjectOf(found), entry });
  return { name, version, folder, entry, types: types.map(({ id, features }) => ({ id, deferredWrites: features.has('deferredWrites') })) };
}
