import type { Clock } from '../../base/clock.js';
import type { LocationsOptions } from '../location-context.js';
import { findLocation, unknownLocation } from '../location-names.js';
import { partSecrets } from '../location-record.js';
import { encryptText } from '../secrets/encrypted-text.js';
import { newScryptParameters, passphraseKey } from '../secrets/passphrase-key.js';
import type { Secrets } from '../secrets/secret-store.js';
import type { StoredLocation } from '../stored-config.js';
import { transferError } from './errors.js';
import { boundTo, type ExportedLocation, exportFormat, exportVersion, type LocationExport } from './location-export.js';

export interface ExportLocations {
  /** Ids or titles; default: all. */
  readonly locations?: readonly string[] | undefined;
  /** Encrypts the secrets; without it they are left out. */
  readonly passphrase?: string | undefined;
}

// 128 MiB and half a second: the file travels, and nobody counts the guesses.
const cost = 2 ** 17;
const leastPassphrase = 8;

/**
 * Puts locations into a form that another machine can import.
 *
 * @throws `unknown-location`, `export-passphrase-weak`
 */
export async function exportLocations(
  { configFile, registry, secrets: store }: Pick<LocationsOptions, 'configFile' | 'registry' | 'secrets'>,
  clock: Clock,
  { locations: wanted, passphrase }: ExportLocations = {},
): Promise<LocationExport> {
  if (passphrase !== undefined && passphrase.length < leastPassphrase)
    throw transferError('export-passphrase-weak', { least: leastPassphrase });
  const all = configFile.locations();
  const chosen = wanted === undefined ? all : [...new Set(wanted.map((name) => find(name, all)))];
  const types = registry.types();
  const parted = chosen.map((stored) => {
    const type = types.find(({ id }) => id === stored.provider);
    // A setting that became a secret with a newer version of the provider may still be among the others.
    const { open, secrets } = type === undefined ? { open: stored.config, secrets: {} } : partSecrets(type, stored.config);
    return { stored, open, secrets, package: type?.package.name };
  });
  const head = {
    exportedAt: clock.now().toISOString(),
    locations: parted.map(
      ({ stored, open, secrets, package: name }): ExportedLocation => ({
        id: stored.id,
        title: stored.title,
        provider: stored.provider,
        ...(name === undefined ? {} : { package: name }),
        configVersion: stored.configVersion,
        config: open,
        secrets: [...new Set([...stored.secrets, ...Object.keys(secrets)])],
      }),
    ),
  };
  const plain = { format: exportFormat, version: exportVersion, ...head } as const;
  if (passphrase === undefined) return plain;
  const byLocation: [string, Secrets][] = [];
  for (const { stored, secrets } of parted) byLocation.push([stored.id, { ...secrets, ...(await namedSecrets(stored, store)) }]);
  const scrypt = newScryptParameters(cost);
  const root = await passphraseKey(passphrase, scrypt);
  return { ...plain, secrets: { scrypt, ...encryptText(root, JSON.stringify(Object.fromEntries(byLocation)), boundTo(head, scrypt)) } };
}

/** The secrets that belong to the entry as it is: the store may hold more for a moment while settings change. */
async function namedSecrets(stored: StoredLocation, store: LocationsOptions['secrets']): Promise<Secrets> {
  if (stored.secrets.length === 0) return {};
  const found = await store.of(stored.id);
  return Object.fromEntries(Object.entries(found).filter(([name]) => stored.secrets.includes(name)));
}

function find(name: string, locations: readonly StoredLocation[]): StoredLocation {
  const stored = findLocation(name, locations);
  if (stored === undefined) throw unknownLocation(name, locations);
  return stored;
}
