import type { ProviderLogger } from '../provider-api/index.js';
import type { HoldfastError } from '../base/errors.js';
import { providerError } from './errors.js';
import type { GuardSubject } from './guard-call.js';
import { subjectOf } from './provider-module.js';
import type { ProviderPackage } from './provider-package.js';
import { isJsonObject } from './schema-problem.js';

/** How messages name a provider type, in whichever process it runs. `config` is what it was given, with secrets that no message may have. */
export function guardSubject(found: ProviderPackage, typeId: string, log: ProviderLogger, ...config: readonly unknown[]): GuardSubject {
  const { secretFields = [] } = found.types.find(({ id }) => id === typeId) ?? {};
  const secrets = config.filter(isJsonObject).flatMap((given) => secretFields.map((field) => given[field]));
  return { name: `The provider "${typeId}" (${subjectOf(found)})`, log, secrets: secrets.filter((secret) => typeof secret === 'string') };
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
