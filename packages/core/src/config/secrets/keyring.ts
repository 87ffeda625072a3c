import { randomBytes } from 'node:crypto';
import type { AsyncEntry } from '@napi-rs/keyring';
import { secretError } from './errors.js';

/** The part of `@napi-rs/keyring` that is used. */
export interface KeyringModule {
  readonly AsyncEntry: new (
    service: string,
    account: string,
    options: { linux: { store: 'secret-service' } },
  ) => Pick<AsyncEntry, 'setPassword' | 'getPassword' | 'deleteCredential'>;
}

export type LoadKeyring = () => Promise<KeyringModule>;

/** The operating system's keyring of this user: Keychain, Credential Manager, or the Secret Service of a Linux desktop. */
export interface Keyring {
  /** `undefined` if there is no such entry. @throws `keyring-unavailable`, as the others do */
  get(account: string): Promise<string | undefined>;
  set(account: string, text: string): Promise<void>;
  delete(account: string): Promise<void>;
  /** Writes, reads and deletes an entry: that the keyring is there doesn't mean that it is unlocked. */
  probe(): Promise<void>;
}

const service = 'Holdfast';
const probeMilliseconds = 5_000;
// Time to type a password into the dialog that unlocks the keyring.
const callMilliseconds = 60_000;

/** Native code, and 30 ms to load, so it is loaded with the first call. */
export function createKeyring(load: LoadKeyring = () => import('@napi-rs/keyring')): Keyring {
  async function entryOf(account: string) {
    const module = await load().catch((error: unknown) => {
      throw secretError('keyring-unavailable', { reason: 'its native module is not installed for this platform' }, error);
    });
    // Elsewhere the entries would go to the kernel's keyring, which is empty after a restart.
    return new module.AsyncEntry(service, account, { linux: { store: 'secret-service' } });
  }

  async function call<T>(milliseconds: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    // The native call can't always be stopped, so it isn't waited for.
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`it did not answer within ${milliseconds / 1000} s`));
        limit.abort();
      }, milliseconds);
    });
    try {
      return await Promise.race([run(limit.signal), timeout]);
    } catch (error) {
      throw unavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  const set = (account: string, text: string, limit = callMilliseconds) =>
    call(limit, async (signal) => (await entryOf(account)).setPassword(text, signal));
  const get = (account: string, limit = callMilliseconds) =>
    call(limit, async (signal) => (await (await entryOf(account)).getPassword(signal)) ?? undefined);
  const remove = (account: string, limit = callMilliseconds) =>
    call(limit, async (signal) => void (await (await entryOf(account)).deleteCredential(signal)));

  return {
    get: (account) => get(account),
    set: (account, text) => set(account, text),
    delete: (account) => remove(account),
    async probe() {
      const account = `probe ${randomBytes(6).toString('hex')}`;
      await set(account, account, probeMilliseconds);
      const found = await get(account, probeMilliseconds);
      await remove(account, probeMilliseconds);
      if (found !== account) throw unavailable(new Error('it does not give back what was put into it'));
    },
  };
}

function unavailable(error: unknown): Error {
  if (error instanceof Error && 'code' in error && error.code === 'keyring-unavailable') return error;
  return secretError('keyring-unavailable', { reason: reasonOf(error instanceof Error ? error.message : String(error)) }, error);
}

function reasonOf(message: string): string {
  // What D-Bus says where nobody is logged in at a desktop is about how it was compiled.
  if (/autolaunch|DBUS_SESSION_BUS_ADDRESS/.test(message)) return 'there is no desktop session that could have one';
  const [line = ''] = message.split('\n');
  return line.slice(0, 200).replace(/[.\s]+$/, '');
}
