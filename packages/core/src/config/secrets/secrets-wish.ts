import { secretError } from './errors.js';
import type { SecretsKind } from './secret-store.js';

const kinds: Readonly<Record<string, SecretsKind>> = { file: 'file', encrypted: 'encrypted-file', keyring: 'keyring' };

/** Where the environment wants secrets to be kept; `undefined` leaves the choice to Holdfast. @throws `secrets-setting-invalid` */
export function wishedKind({
  HOLDFAST_SECRETS: value,
  HOLDFAST_SECRETS_PASSPHRASE_FILE: file,
}: NodeJS.ProcessEnv): SecretsKind | undefined {
  if (value === undefined || value === '') return file === undefined || file === '' ? undefined : 'encrypted-file';
  const kind = Object.hasOwn(kinds, value) ? kinds[value] : undefined;
  if (kind === undefined) throw secretError('secrets-setting-invalid', { value });
  return kind;
}
