import type { JsonObject } from '../../providers/schema-problem.js';
import { readDataFile, writeDataFile } from '../data-file.js';
import { configError } from '../errors.js';
import { decryptText, type EncryptedText, encryptText, parseEncryptedText } from './encrypted-text.js';
import { secretError } from './errors.js';
import { type KeyOrigin, type KeySource, parseKeyOrigin } from './key-source.js';
import type { SecretsBackend } from './secrets-backend.js';
import { parseSecretsByOwner, type SecretsByOwner, toJson } from './secrets-by-owner.js';

interface StoredFile {
  readonly key: KeyOrigin;
  readonly secrets: EncryptedText;
}

const format = 1;

/** Secrets in a file encrypted as a whole. The key comes from a passphrase or from the keyring, which so need hold no more than 32 bytes. */
export function encryptedSecretsFile(path: string, source: KeySource): SecretsBackend {
  async function open({ key, secrets }: StoredFile) {
    const root = await source.find(key, path);
    const decrypted = decryptText(root, secrets, boundTo(key));
    if (decrypted.state === 'open') return { root, all: parseText(decrypted.text, path) };
    if (decrypted.state === 'wrong-key') {
      source.forget();
      throw secretError(key.from === 'passphrase' ? 'secrets-passphrase-wrong' : 'keyring-key-missing', { file: path });
    }
    throw configError('config-damaged', { file: path, reason: 'it was changed or damaged after it was written' });
  }

  async function put(origin: KeyOrigin, root: Uint8Array, all: SecretsByOwner): Promise<void> {
    const secrets = encryptText(root, JSON.stringify(toJson(all)), boundTo(origin));
    await writeDataFile(path, { version: format, key: origin, secrets });
  }

  async function begin(all: SecretsByOwner): Promise<void> {
    const { origin, root } = await source.make();
    await put(origin, root, all);
  }

  return {
    kind: source.kind,
    path,
    describe: () => `kept in ${path}, ${source.describe}`,
    async read() {
      const stored = await readStored(path);
      return stored === undefined ? new Map() : (await open(stored)).all;
    },
    async write(all) {
      const stored = await readStored(path);
      if (stored === undefined) return begin(all);
      // Opened first: with a wrong key, what is there would be lost.
      const { root } = await open(stored);
      await put(stored.key, root, all);
    },
    begin,
  };
}

/** Where the key to the file comes from; `undefined` if there is no file. */
export async function keyOriginOf(path: string): Promise<KeyOrigin | undefined> {
  return (await readStored(path))?.key;
}

function readStored(path: string): Promise<StoredFile | undefined> {
  return readDataFile(path, format, ({ key, secrets }: JsonObject) => ({
    key: parseKeyOrigin(key),
    secrets: parseEncryptedText(secrets, 'secrets'),
  }));
}

/** What the text is bound to, so that it can't be put behind another key's origin. */
function boundTo(origin: KeyOrigin): string {
  return JSON.stringify(['holdfast secrets', format, origin]);
}

function parseText(text: string, path: string): SecretsByOwner {
  try {
    return parseSecretsByOwner(JSON.parse(text));
  } catch (cause) {
    // Not the reason in words: it could quote a secret.
    throw configError('config-damaged', { file: path, reason: 'what is encrypted in it is not complete' }, cause);
  }
}
