import type { SecretStore } from '../config/secrets/secret-store.js';

/** A store that is opened when a secret is first asked for: most commands need none. */
export function lateSecretStore(open: () => Promise<SecretStore>): SecretStore {
  let opening: Promise<SecretStore> | undefined;
  let opened: SecretStore | undefined;
  const store = async (): Promise<SecretStore> => {
    opening ??= open();
    try {
      return (opened = await opening);
    } catch (error) {
      // What is wrong may be put right before the next try.
      opening = undefined;
      throw error;
    }
  };
  return {
    get kind() {
      return opened?.kind ?? 'undecided';
    },
    get path() {
      return opened?.path;
    },
    describe: () => opened?.describe() ?? 'not looked at yet',
    of: async (owner) => (await store()).of(owner),
    set: async (owner, secrets) => (await store()).set(owner, secrets),
    examine: async () => (await (await store()).examine?.()) ?? [],
  };
}
