import { randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import { secretError } from './errors.js';
import type { Keyring } from './keyring.js';
import { newScryptParameters, parseScryptParameters, passphraseKey, type ScryptParameters } from './passphrase-key.js';
import type { SecretsKind } from './secret-store.js';

/** Where the key to an encrypted file comes from; stands in that file in clear. */
export type KeyOrigin =
  | { readonly from: 'passphrase'; readonly scrypt: ScryptParameters }
  | { readonly from: 'keyring'; readonly account: string };

/** Gets the key to an encrypted file. A key has 32 bytes and stays in memory. */
export interface KeySource {
  readonly kind: Exclude<SecretsKind, 'file'>;
  readonly describe: string;
  make(): Promise<{ readonly origin: KeyOrigin; readonly root: Buffer }>;
  /** Gets the key that the file at `path` was encrypted with. */
  find(origin: KeyOrigin, path: string): Promise<Buffer>;
  /** Gets it anew the next time, after one that was wrong. */
  forget(): void;
}

// 32 MiB and about a tenth of a second, which every command that needs secrets takes.
const cost = 2 ** 15;

/** @param ask is told whether the passphrase is a new one */
export function passphraseSource(ask: (isNew: boolean) => Promise<string>): KeySource {
  let known: { readonly salt: string; readonly root: Promise<Buffer> } | undefined;
  const derive = (scrypt: ScryptParameters, isNew: boolean): Promise<Buffer> => {
    if (known?.salt === scrypt.salt) return known.root;
    const root = ask(isNew).then((passphrase) => passphraseKey(passphrase, scrypt));
    known = { salt: scrypt.salt, root };
    // What failed may succeed when it is asked for again.
    root.catch(() => (known = undefined));
    return root;
  };
  return {
    kind: 'encrypted-file',
    describe: 'encrypted with a passphrase',
    async make() {
      const scrypt = newScryptParameters(cost);
      return { origin: { from: 'passphrase', scrypt }, root: await derive(scrypt, true) };
    },
    async find(origin) {
      if (origin.from !== 'passphrase') throw new Error('The key to this file is not made of a passphrase.');
      return derive(origin.scrypt, false);
    },
    forget: () => (known = undefined),
  };
}

export function keyringSource(keyring: Keyring, instanceId: string): KeySource {
  const known = new Map<string, Buffer>();
  return {
    kind: 'keyring',
    describe: 'encrypted with a key that only the keyring of this user has',
    async make() {
      const root = randomBytes(32);
      // A new entry for each file: a copy of the data directory keeps its own.
      const account = `${instanceId} ${randomBytes(6).toString('hex')}`;
      await keyring.set(account, root.toString('base64'));
      known.set(account, root);
      return { origin: { from: 'keyring', account }, root };
    },
    async find(origin, path) {
      if (origin.from !== 'keyring') throw new Error('The key to this file is not in a keyring.');
      const text = known.get(origin.account)?.toString('base64') ?? (await keyring.get(origin.account));
      const root = Buffer.from(text ?? '', 'base64');
      if (root.length !== 32) throw secretError('keyring-key-missing', { file: path });
      known.set(origin.account, root);
      return root;
    },
    forget: () => known.clear(),
  };
}

/** A fault is thrown as an `Error` whose message names the place. */
export function parseKeyOrigin(value: unknown): KeyOrigin {
  if (!isJsonObject(value)) throw new Error('key is not an object');
  const { from, account }: JsonObject = value;
  if (from === 'passphrase') return { from, scrypt: parseScryptParameters(value['scrypt'], 'key.scrypt') };
  if (from === 'keyring' && typeof account === 'string' && account !== '') return { from, account };
  throw new Error('key does not say where it is');
}
