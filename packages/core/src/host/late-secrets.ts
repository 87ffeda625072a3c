import type { OpenSecretStore } from '../config/secrets/open-secret-store.js';

/** A store that is opened when a secret is first asked for: most commands need none. */
export function lateSecretStore(open: () => Promise<OpenSecretStore>): OpenSecretStore {
  let opening: Promise<OpenSecretStore> | undefined;
  let opened: OpenSecretStore | undefined;
  const store = async (): Promise<OpenSecretStore> => {
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
    locate: async () => (await store()).locate(),
    examine: async () => (await store()).examine(),
    move: async (to) => (await store()).move(to),
  };
}
