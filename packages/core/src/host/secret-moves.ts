import { secretError } from '../config/secrets/errors.js';
import type { SecretStore } from '../config/secrets/secret-store.js';
import { kindOfSetting, type SecretsSetting } from '../config/secrets/secrets-wish.js';

/** How the secrets of locations are kept. */
export interface SecretsState {
  /** `file`, `encrypted-file`, `keyring`, or what the app's own store calls itself; `undecided` while nothing was ever kept. */
  readonly kind: string;
  /** Where they are and who can read them, for people. */
  readonly description: string;
}

/** Reads no secret. */
export async function describeSecrets(store: SecretStore): Promise<SecretsState> {
  await store.locate?.();
  return { kind: store.kind, description: store.describe() };
}

/** @throws `secrets-elsewhere` for a store of the app's own that has one way only, `secrets-setting-invalid` */
export async function moveSecrets(store: SecretStore, to: SecretsSetting): Promise<SecretsState> {
  const kind = kindOfSetting(to);
  if (store.move === undefined) throw secretError('secrets-elsewhere', { where: store.describe() });
  await store.move(kind);
  return describeSecrets(store);
}
