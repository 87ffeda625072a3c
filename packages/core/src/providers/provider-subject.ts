import type { ProviderLogger } from '../provider-api/index.js';
import type { HoldfastError } from '../base/errors.js';
import { providerError } from './errors.js';
import type { GuardSubject } from './guard-call.js';
import { subjectOf } from './provider-module.js';
import type { ProviderPackage } from './provider-package.js';

/** How messages name a provider type, in whichever process it runs. */
export function guardSubject(found: ProviderPackage, typeId: string, log: ProviderLogger): GuardSubject {
  return { name: `The provider "${typeId}" (${subjectOf(found)})`, log };
}

/** The error for a package that does not keep to the contract. */
export function broken(found: ProviderPackage, reason: string): HoldfastError {
  return providerError('provider-broken', { subject: subjectOf(found), reason });
}

export const wrongAnswers = {
  validate: 'its "validate" does not return a list of errors by field',
  place: 'its "place" does not return a root and a path',
  nextStep: 'its "next" does not return a step of a config flow',
} as const;
