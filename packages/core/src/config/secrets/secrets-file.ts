import { chmod, stat } from 'node:fs/promises';
import { isErrno } from '../../base/atomic-file.js';
import type { ProviderLogger } from '../../provider-api/index.js';
import { readDataFile, writeDataFile } from '../data-file.js';
import type { SecretsBackend } from './secrets-backend.js';
import { parseSecretsByOwner, type SecretsByOwner, toJson } from './secrets-by-owner.js';

const format = 1;

/** Secrets as plain text in a file that its owner alone may read. */
export function secretsFile(path: string, log: ProviderLogger): SecretsBackend {
  const write = async (all: SecretsByOwner) => writeDataFile(path, { version: format, secrets: toJson(all) });
  return {
    kind: 'file',
    path,
    describe: () => `kept in ${path}${process.platform === 'win32' ? '' : ', readable by you alone'}`,
    async read() {
      await closeToOthers(path, log);
      return (await readDataFile(path, format, ({ secrets }) => parseSecretsByOwner(secrets))) ?? new Map();
    },
    write,
    begin: write,
  };
}

/** Another program, such as one that copied the data directory, may have opened the file to others. */
async function closeToOthers(path: string, log: ProviderLogger): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) === 0) return;
    await chmod(path, 0o600);
    log.warn(
      `${path} could be read by other users of this machine and has been closed to them. If somebody may have read it, change the secrets in it.`,
    );
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}
