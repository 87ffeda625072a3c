import { isProviderError, type ProviderErrorCode } from '../provider-api/index.js';
import { configError } from './errors.js';

/** What helps against each kind of failure of a location. */
export const adviceByProviderCode: Readonly<Record<ProviderErrorCode, string>> = {
  'auth-failed': 'Enter the credentials again: "holdfast location reauth" asks for them.',
  'permission-denied': 'Give the account that is used there the right to read, write, list and delete.',
  'not-found': 'Check whether the place still exists and whether what is asked for is still in it.',
  'quota-exceeded': 'Make room there: delete what is not needed any more, or get more space.',
  'too-large': 'Split what is backed up into several backups, or use a location that takes larger objects.',
  'rate-limited': 'Wait a while and try again.',
  unavailable: 'Check the network, the service, or whether the disk or share is mounted, and try again.',
  corrupt: 'What is stored there is damaged. Use a copy from another location, and check the storage itself.',
  'invalid-config': 'Correct the settings of the location.',
  cancelled: 'Start it again when you want to.',
  internal: 'Look into the log, and tell the author of the provider package.',
};

/** The error to show for a failure at a location: a provider's becomes `location-failed`, others stay as they are. */
export function locationFailure(location: { readonly id: string; readonly title: string }, error: unknown): Error {
  if (!isProviderError(error)) return error instanceof Error ? error : new Error(String(error));
  const { code, message } = error;
  const details = { location: location.id, title: location.title, reason: message, advice: adviceByProviderCode[code], providerCode: code };
  return configError('location-failed', details, error);
}
