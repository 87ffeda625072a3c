import { isHoldfastError } from '../../base/errors.js';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import { type EncryptedText, parseEncryptedText } from '../secrets/encrypted-text.js';
import { parseScryptParameters, type ScryptParameters } from '../secrets/passphrase-key.js';
import { transferError } from './errors.js';

/** A location without its secrets. */
export interface ExportedLocation {
  readonly id: string;
  readonly title: string;
  /** The provider type's id. */
  readonly provider: string;
  /** The npm package that contributes the type, if it was known. */
  readonly package?: string;
  readonly configVersion: number;
  readonly config: JsonObject;
  /** The names of the secret settings. */
  readonly secrets: readonly string[];
}

/** Locations on the way to another machine: plain JSON, with no secret in clear. */
export interface LocationExport {
  readonly format: 'holdfast-locations';
  readonly version: 1;
  /** ISO 8601 in UTC. */
  readonly exportedAt: string;
  readonly locations: readonly ExportedLocation[];
  /** The secrets by location id, encrypted with a passphrase; bound to all that stands beside them. */
  readonly secrets?: EncryptedText & { readonly scrypt: ScryptParameters };
}

export const exportFormat = 'holdfast-locations';
export const exportVersion = 1;

/** What the secrets are bound to: a location that was made to lead elsewhere must not get them. */
export function boundTo({ exportedAt, locations }: Pick<LocationExport, 'exportedAt' | 'locations'>, scrypt: ScryptParameters): string {
  return JSON.stringify([exportFormat, exportVersion, exportedAt, locations, scrypt]);
}

/** @throws `export-invalid`, `export-too-new` */
export function parseLocationExport(value: unknown): LocationExport {
  try {
    return parse(value);
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    throw transferError('export-invalid', { reason: error instanceof Error ? error.message : String(error) });
  }
}

function parse(value: unknown): LocationExport {
  if (!isJsonObject(value) || value['format'] !== exportFormat) throw new Error('it does not say that it is one');
  const { version, exportedAt, locations, secrets } = value;
  if (typeof version !== 'number') throw new Error('version is not a number');
  if (version > exportVersion) throw transferError('export-too-new', { version, known: exportVersion });
  if (typeof exportedAt !== 'string') throw new Error('exportedAt is not a text');
  if (!Array.isArray(locations)) throw new Error('locations is not a list');
  const parsed = locations.map((location: unknown, index) => parseLocation(location, `locations[${index}]`));
  const repeated = parsed.find(({ id }, index) => parsed.findIndex((other) => other.id === id) !== index);
  if (repeated !== undefined) throw new Error(`two locations have the id "${repeated.id}"`);
  return {
    format: exportFormat,
    version: exportVersion,
    exportedAt,
    locations: parsed,
    ...(secrets === undefined ? {} : { secrets: parseSecrets(secrets) }),
  };
}

function parseSecrets(value: unknown): EncryptedText & { readonly scrypt: ScryptParameters } {
  const encrypted = parseEncryptedText(value, 'secrets');
  return { scrypt: parseScryptParameters(isJsonObject(value) ? value['scrypt'] : undefined, 'secrets.scrypt'), ...encrypted };
}

function parseLocation(value: unknown, place: string): ExportedLocation {
  if (!isJsonObject(value)) throw new Error(`${place} is not an object`);
  const { configVersion, config, secrets } = value;
  if (typeof configVersion !== 'number' || !Number.isSafeInteger(configVersion))
    throw new Error(`${place}.configVersion is not a whole number`);
  if (!isJsonObject(config)) throw new Error(`${place}.config is not an object`);
  if (!isTexts(secrets)) throw new Error(`${place}.secrets is not a list of names`);
  const text = (name: string) => {
    const found = value[name];
    if (typeof found !== 'string' || found === '') throw new Error(`${place}.${name} is not a text`);
    return found;
  };
  return {
    id: text('id'),
    title: text('title'),
    provider: text('provider'),
    ...(value['package'] === undefined ? {} : { package: text('package') }),
    configVersion,
    config,
    secrets,
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
