import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import type { Refusal } from '../place-opener.js';

const fieldPrefix = 'field:';

/** A host's error for settings that were not taken, in the contract's words. Anything else is thrown as it is. */
export function refusalOf(error: unknown): Refusal {
  if (isHoldfastError(error, 'config-invalid')) return configRefusal(error);
  if (!isHoldfastError(error, 'location-failed')) throw error;
  return { code: String(error.details['providerCode']), message: String(error.details['reason'] ?? error.message) };
}

/** It has the messages by field among its details. */
function configRefusal({ details, message }: HoldfastError): Refusal {
  const [first] = Object.entries(details).filter(([name]) => name.startsWith(fieldPrefix));
  if (first === undefined) return { code: 'invalid-config', message };
  const field = first[0].slice(fieldPrefix.length);
  return { code: 'invalid-config', ...(field === 'base' ? {} : { field }), message: String(first[1]) };
}
