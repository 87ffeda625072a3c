import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../base/atomic-file.js';
import type { ProviderLogger } from '../provider-api/index.js';
import { isJsonObject, type JsonObject } from '../providers/schema-problem.js';
import { inTurn, readDataFile, writeDataFile } from './data-file.js';

/** A location's secret settings by name. */
export type Secrets = Readonly<Record<string, string>>;

/** `secrets.json` of a data directory: the locations' secret settings, readable by the owner alone. */
export interface SecretsFile {
  readonly path: string;
  /** The location's secrets; empty if it has none. */
  of(locationId: string): Promise<Secrets>;
  /** Replaces the location's secrets; `undefined` or none removes them. */
  set(locationId: string, secrets: Secrets | undefined): Promise<void>;
}

type SecretsByLocation = ReadonlyMap<string, Secrets>;

const format = 1;

/** The data directory's secrets. The file is made with the first secret. */
export function openSecretsFile(dataDir: string, log: ProviderLogger): SecretsFile {
  const path = join(dataDir, 'secrets.json');

  async function read(): Promise<SecretsByLocation> {
    await closeToOthers(path, log);
    return (await readDataFile(path, format, parseSecrets)) ?? new Map<string, Secrets>();
  }

  return {
    path,
    of: async (locationId) => (await read()).get(locationId) ?? {},
    set: inTurn(path, async (locationId: string, secrets: Secrets = {}) => {
      const stored = await read();
      const next = new Map(stored);
      next.delete(locationId);
      if (Object.keys(secrets).length > 0) next.set(locationId, secrets);
      if (next.size > 0 || stored.size > 0) await writeDataFile(path, { version: format, secrets: Object.fromEntries(next) });
    }),
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

function parseSecrets(file: JsonObject): SecretsByLocation {
  const { secrets } = file;
  if (!isJsonObject(secrets)) throw new Error('secrets is not an object');
  return new Map(Object.entries(secrets).map(([id, fields]) => [id, parseFields(fields, `secrets["${id}"]`)]));
}

function parseFields(value: unknown, place: string): Secrets {
  if (!isJsonObject(value)) throw new Error(`${place} is not an object`);
  const fields = Object.entries(value).map(([name, secret]): [string, string] => {
    if (typeof secret !== 'string') throw new Error(`${place}.${name} is not a text`);
    return [name, secret];
  });
  return Object.fromEntries(fields);
}
