import type { HoldfastError } from '../../base/errors.js';
import { providerError } from '../errors.js';
import type { LockedVersion } from './locked-package.js';

/** The error for a version whose files are not what they were, and how to get them back from where they came. */
export function packageDamaged(name: string, locked: LockedVersion, what: string, cause?: unknown): HoldfastError {
  const subject = `${name}@${locked.version}`;
  return providerError('package-damaged', { subject, what, again: whereItCameFrom(subject, name, locked) }, cause);
}

/** Of what was asked for by a name and a range exactly this version; a tarball or a folder where it was. */
function whereItCameFrom(subject: string, name: string, { spec }: LockedVersion): string {
  if (spec === name || spec.startsWith(`${name}@`)) return subject;
  return /\s/.test(spec) ? JSON.stringify(spec) : spec;
}
