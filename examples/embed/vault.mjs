// @ts-check
// Where an app keeps secrets already, Holdfast's can be kept as well: `provide(serviceTokens.secrets, ...)`. This one forgets them.

/** @type {() => import('@holdfast/core').SecretStore} */
export function createVault() {
  /** By owner, which is a location or a flow under way. @type {Map<string, import('@holdfast/core').Secrets>} */
  const vault = new Map();
  return {
    kind: 'vault',
    describe: () => "kept in the example's memory, and gone with it",
    of: async (owner) => vault.get(owner) ?? {},
    async set(owner, secrets) {
      if (secrets === undefined) vault.delete(owner);
      else vault.set(owner, secrets);
    },
  };
}
