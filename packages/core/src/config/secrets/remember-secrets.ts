import type { SecretsKind, SecretStore } from './secret-store.js';

/** A store that remembers the secrets which went through it in this process, so that they can be kept out of logs. */
export interface RememberingSecretStore {
  readonly store: SecretStore;
  /** The values, each once. */
  seen(): readonly string[];
}

export function rememberSecrets(store: SecretStore): RememberingSecretStore {
  const values = new Set<string>();
  let listed: readonly string[] = [];
  const remember = (secrets: Readonly<Record<string, string>> = {}) => {
    const before = values.size;
    for (const value of Object.values(secrets)) values.add(value);
    // The same list until there are more, so that what was made for it can be kept.
    if (values.size > before) listed = [...values];
  };
  const { locate, examine, move } = store;
  return {
    seen: () => listed,
    store: {
      get kind() {
        return store.kind;
      },
      get path() {
        return store.path;
      },
      describe: () => store.describe(),
      async of(owner) {
        const secrets = await store.of(owner);
        remember(secrets);
        return secrets;
      },
      async set(owner, secrets) {
        remember(secrets);
        await store.set(owner, secrets);
      },
      ...(locate === undefined ? {} : { locate: () => locate.call(store) }),
      ...(examine === undefined ? {} : { examine: () => examine.call(store) }),
      ...(move === undefined ? {} : { move: (to: SecretsKind) => move.call(store, to) }),
    },
  };
}
