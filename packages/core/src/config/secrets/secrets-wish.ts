import { secretError } from './errors.js';
import type { SecretsKind } from './secret-store.js';

/** The ways in which secrets are kept, as people choose them. */
export type SecretsSetting = 'file' | 'encrypted' | 'keyring';

const kinds: Readonly<Record<SecretsSetting, SecretsKind>> = { file: 'file', encrypted: 'encrypted-file', keyring: 'keyring' };
const settings: Readonly<Record<SecretsKind, SecretsSetting>> = { file: 'file', 'encrypted-file': 'encrypted', keyring: 'keyring' };

/** @throws `secrets-setting-invalid` for what comes from elsewhere */
export function kindOfSetting(setting: string): SecretsKind {
  if (isSetting(setting)) return kinds[setting];
  throw secretError('secrets-setting-invalid', { value: setting });
}

export function settingOfKind(kind: SecretsKind): SecretsSetting {
  return settings[kind];
}

/** Where the environment wants secrets to be kept; `undefined` leaves the choice to Holdfast. @throws `secrets-setting-invalid` */
export function wishedKind({
  HOLDFAST_SECRETS: value,
  HOLDFAST_SECRETS_PASSPHRASE_FILE: file,
}: NodeJS.ProcessEnv): SecretsKind | undefined {
  if (value !== undefined && value !== '') return kindOfSetting(value);
  return file === undefined || file === '' ? undefined : 'encrypted-file';
}

function isSetting(text: string): text is SecretsSetting {
  return Object.hasOwn(kinds, text);
}
