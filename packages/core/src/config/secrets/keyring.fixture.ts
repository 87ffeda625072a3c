import type { KeyringModule } from './keyring.js';

/** A keyring in memory behind the native module's own types; `fault` is what its calls fail with from then on. */
export function memoryKeyring() {
  const entries = new Map<string, string>();
  const state: { fault?: Error; loads: number } = { loads: 0 };
  class AsyncEntry {
    private readonly name: string;

    constructor(service: string, account: string, options: { linux: { store: string } }) {
      if (state.fault !== undefined) throw state.fault;
      this.name = `${service} ${account} ${options.linux.store}`;
    }

    async setPassword(password: string): Promise<void> {
      entries.set(this.name, password);
    }

    async getPassword(): Promise<string | null> {
      return entries.get(this.name) ?? null;
    }

    async deleteCredential(): Promise<boolean> {
      return entries.delete(this.name);
    }
  }
  const load = async (): Promise<KeyringModule> => {
    state.loads += 1;
    return { AsyncEntry };
  };
  return { entries, state, load };
}

/** A machine without a keyring. */
export async function noKeyring(): Promise<KeyringModule> {
  throw new Error('Cannot find module');
}
