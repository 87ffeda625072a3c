import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../../base/atomic-file.js';
import { isHoldfastError } from '../../base/errors.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import { inTurn } from '../data-file.js';
import { encryptedSecretsFile, keyOriginOf } from './encrypted-file.js';
import { secretError } from './errors.js';
import { examineSecrets } from './examine-secrets.js';
import { keyringSource, passphraseSource } from './key-source.js';
import { createKeyring, type LoadKeyring } from './keyring.js';
import { readPassphraseFile } from './passphrase-file.js';
import { removeUnfinished } from './remove-unfinished.js';
import type { Secrets, SecretsKind, SecretStore } from './secret-store.js';
import type { SecretsBackend } from './secrets-backend.js';
import { includesSecrets, type SecretsByOwner } from './secrets-by-owner.js';
import { secretsFile } from './secrets-file.js';
import { wishedKind } from './secrets-wish.js';

export interface SecretStoreOptions {
  readonly dataDir: string;
  /** Tells this data directory's entries in the keyring from those of others. */
  readonly instanceId: string;
  readonly log: ProviderLogger;
  /** Default: the process's. `HOLDFAST_SECRETS` and `HOLDFAST_SECRETS_PASSPHRASE_FILE` are looked at. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Asks for the passphrase, where no file holds it. */
  readonly passphrase?: AskPassphrase;
  readonly loadKeyring?: LoadKeyring;
}

/** Asks somebody for the passphrase of the secrets in `file`; `isNew`: they are not encrypted with it yet, so it had better be typed twice. */
export type AskPassphrase = (about: { readonly file: string; readonly isNew: boolean }) => Promise<string>;

/** The store of a data directory. */
export type OpenSecretStore = SecretStore & Required<Pick<SecretStore, 'locate' | 'examine' | 'move'>>;

/**
 * Opens the store of a data directory; a secret is read when it is asked for. What is there decides how secrets are kept, else the
 * environment, else it is the keyring if there is one, else a file.
 *
 * @throws `secrets-setting-invalid`, and `config-damaged` or `config-too-new` for an encrypted file that is none
 */
export async function openSecretStore(options: SecretStoreOptions): Promise<OpenSecretStore> {
  const { dataDir, instanceId, log, environment = process.env } = options;
  const plainPath = join(dataDir, 'secrets.json');
  const encryptedPath = join(dataDir, 'secrets.encrypted.json');
  const keyring = createKeyring(options.loadKeyring);
  const wish = wishedKind(environment);
  const askPassphrase = async (isNew: boolean) => {
    const { HOLDFAST_SECRETS_PASSPHRASE_FILE: file } = environment;
    if (file !== undefined && file !== '') return readPassphraseFile(file);
    if (options.passphrase === undefined) throw secretError('secrets-passphrase-missing', { file: encryptedPath });
    return options.passphrase({ file: encryptedPath, isNew });
  };
  const backends: Readonly<Record<SecretsKind, SecretsBackend>> = {
    file: secretsFile(plainPath, log),
    'encrypted-file': encryptedSecretsFile(encryptedPath, passphraseSource(askPassphrase)),
    keyring: encryptedSecretsFile(encryptedPath, keyringSource(keyring, instanceId)),
  };
  // What `examine` found out to describe it.
  let examined: string | undefined;
  let backend: SecretsBackend | undefined;
  await current();

  /** Looked at each time: another process may have moved the secrets. Where both files are, an encrypted one is never given up for a plain one. */
  async function current(): Promise<SecretsBackend | undefined> {
    const origin = await keyOriginOf(encryptedPath);
    if (origin !== undefined) backend = backends[origin.from === 'keyring' ? 'keyring' : 'encrypted-file'];
    else backend = existsSync(plainPath) ? backends.file : undefined;
    return backend;
  }

  async function choose(): Promise<SecretsBackend> {
    if (wish !== undefined && wish !== 'keyring') return backends[wish];
    try {
      await keyring.probe();
      return backends.keyring;
    } catch (error) {
      // Who asked for the keyring must not find the secrets in the clear.
      if (wish === 'keyring' || !isHoldfastError(error, 'keyring-unavailable')) throw error;
      log.info(`Secrets go to ${plainPath}: ${error.message}`);
      return backends.file;
    }
  }

  /** Ends a move that was cut short: the plain file goes once all that is in it is encrypted. */
  async function removeMoved(kept: SecretsBackend, all: SecretsByOwner): Promise<void> {
    if (kept.kind === 'file' || !existsSync(plainPath)) return;
    if (!includesSecrets(all, await backends.file.read())) throw secretError('secrets-twice', { file: encryptedPath, other: plainPath });
    await remove(plainPath);
  }

  const set = inTurn(plainPath, async (owner: string, secrets: Secrets = {}) => {
    const kept = await current();
    const stored = (await kept?.read()) ?? new Map<string, Secrets>();
    if (kept !== undefined) await finishMove(kept, stored);
    const next = new Map(stored);
    next.delete(owner);
    if (Object.keys(secrets).length > 0) next.set(owner, secrets);
    if (next.size === 0 && stored.size === 0) return;
    await removeUnfinished(dataDir);
    backend = kept ?? (await choose());
    examined = undefined;
    await backend.write(next);
  });

  /** Not a reason to keep the owner from changing a secret; `examine` tells it. */
  async function finishMove(kept: SecretsBackend, all: SecretsByOwner): Promise<void> {
    await removeMoved(kept, all).catch((error: unknown) => log.warn(error instanceof Error ? error.message : String(error)));
  }

  const move = inTurn(plainPath, async (to: SecretsKind) => {
    const kept = await current();
    const all = (await kept?.read()) ?? new Map<string, Secrets>();
    if (kept !== undefined) await removeMoved(kept, all);
    if (kept?.kind === to) return;
    await removeUnfinished(dataDir);
    const next = backends[to];
    if (to === 'keyring') await keyring.probe();
    const origin = await keyOriginOf(encryptedPath);
    await next.begin(all);
    if (!includesSecrets(await next.read(), all)) throw new Error(`What was written to ${next.path} can not be read back.`);
    if (kept !== undefined && kept.path !== next.path) await remove(kept.path);
    backend = next;
    examined = undefined;
    if (origin?.from !== 'keyring') return;
    await keyring.delete(origin.account).catch((error: unknown) => log.warn(`The old key stays in the keyring: ${String(error)}`));
  });

  /** What another process moves while it is read is read again. */
  async function readKept(): Promise<SecretsByOwner | undefined> {
    for (;;) {
      const kept = await current();
      try {
        const all = await kept?.read();
        if ((await current()) === kept) return all;
      } catch (error) {
        if ((await current()) === kept) throw error;
      }
    }
  }

  return {
    get kind() {
      return backend?.kind ?? wish ?? 'undecided';
    },
    get path() {
      return backend?.path ?? backends[wish ?? 'file'].path;
    },
    describe: () => examined ?? backend?.describe() ?? 'none yet',
    of: async (owner) => (await readKept())?.get(owner) ?? {},
    set,
    move,
    locate: async () => void (await current()),
    async examine() {
      const { problems, description } = await examineSecrets({ kept: await current(), wish, keyring, backends });
      examined = description;
      return problems;
    },
  };
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path));
}
