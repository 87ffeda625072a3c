import { isHoldfastError } from '../../base/errors.js';
import type { LocationsOptions } from '../location-context.js';
import type { LocationRecord } from '../location-record.js';
import { decryptText } from '../secrets/encrypted-text.js';
import { passphraseKey } from '../secrets/passphrase-key.js';
import { parseSecretsByOwner, type SecretsByOwner } from '../secrets/secrets-by-owner.js';
import { transferError } from './errors.js';
import { importLocation } from './import-location.js';
import { boundTo, type ExportedLocation, type LocationExport, parseLocationExport } from './location-export.js';

export interface ImportLocations {
  /** Ids or titles in the export; default: all. */
  readonly locations?: readonly string[] | undefined;
  /** Without it the locations come without their secrets. */
  readonly passphrase?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What became of one location of an export. Plain data. */
export type ImportedLocation =
  | {
      readonly outcome: 'imported';
      readonly title: string;
      readonly location: LocationRecord;
      /** The secret settings that did not come with it. With any, the location needs re-authentication before it can be used. */
      readonly missingSecrets: readonly string[];
    }
  | {
      readonly outcome: 'refused';
      readonly title: string;
      readonly provider: string;
      readonly package?: string;
      readonly error: { readonly code: string; readonly message: string; readonly remedy?: string };
    };

/**
 * Takes over locations from another machine. Each is checked by itself, without going to the place, so that one that can't be
 * reached right now comes along as well; one that is refused doesn't keep the others out.
 *
 * @throws what is wrong with the export as a whole, before anything is imported: `export-invalid`, `export-too-new`, `export-changed`,
 * `export-passphrase-wrong`, `export-lacks-location`
 */
export async function importLocations(
  options: LocationsOptions,
  given: unknown,
  { locations: wanted, passphrase, signal = new AbortController().signal }: ImportLocations = {},
): Promise<ImportedLocation[]> {
  const exported = parseLocationExport(given);
  const chosen = wanted === undefined ? exported.locations : [...new Set(wanted.map((name) => find(name, exported.locations)))];
  const secrets = await decryptSecrets(exported, passphrase);
  const outcomes: ImportedLocation[] = [];
  for (const location of chosen) {
    signal.throwIfAborted();
    outcomes.push(await importOne(options, location, secrets, signal));
  }
  return outcomes;
}

async function importOne(
  options: LocationsOptions,
  exported: ExportedLocation,
  secrets: SecretsByOwner,
  signal: AbortSignal,
): Promise<ImportedLocation> {
  const { title, provider, package: name } = exported;
  try {
    const { location, missingSecrets } = await importLocation(options, exported, secrets.get(exported.id) ?? {}, signal);
    return { outcome: 'imported', title, location, missingSecrets };
  } catch (error) {
    signal.throwIfAborted();
    return { outcome: 'refused', title, provider, ...(name === undefined ? {} : { package: name }), error: toFailure(error) };
  }
}

async function decryptSecrets(exported: LocationExport, passphrase: string | undefined): Promise<SecretsByOwner> {
  if (exported.secrets === undefined || passphrase === undefined) return new Map();
  const { scrypt, ...encrypted } = exported.secrets;
  const decrypted = decryptText(await passphraseKey(passphrase, scrypt), encrypted, boundTo(exported, scrypt));
  if (decrypted.state === 'wrong-key') throw transferError('export-passphrase-wrong');
  if (decrypted.state === 'damaged') throw transferError('export-changed');
  return parseSecretsByOwner(JSON.parse(decrypted.text));
}

function find(name: string, locations: readonly ExportedLocation[]): ExportedLocation {
  const found = locations.find(({ id }) => id === name) ?? locations.find(({ title }) => title.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw transferError('export-lacks-location', {
    name,
    known: locations.map(({ id, title }) => `"${title}" (${id})`).join(', ') || 'none',
  });
}

function toFailure(error: unknown) {
  if (isHoldfastError(error)) return { code: error.code, message: error.message, remedy: error.remedy };
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) };
}
