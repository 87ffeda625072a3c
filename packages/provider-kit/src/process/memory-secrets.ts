import type { Secrets, SecretStore } from '@holdfast/core';

/** Keeps secrets for as long as the checks run: none gets to a disk, and no keyring is asked. */
export function memorySecrets(): SecretStore {
  const kept = new Map<string, Secrets>();
  return {
    kind: 'memory',
    describe: () => 'kept in memory while the checks run',
    of: async (owner) => kept.get(owner) ?? {},
    async set(owner, secrets) {
      if (secrets === undefined) kept.delete(owner);
      else kept.set(owner, secrets);
    },
  };
}
