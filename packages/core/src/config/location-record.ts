import { propertiesOf } from '../providers/config-schema.js';
import type { ProviderType } from '../providers/provider-package.js';
import { isJsonObject, type JsonObject } from '../providers/schema-problem.js';
import type { Secrets } from './secrets/secret-store.js';
import type { StoredLocation } from './stored-config.js';

/** A location as it is shown. */
export interface LocationRecord {
  readonly id: string;
  readonly title: string;
  /** The provider type's id. */
  readonly provider: string;
  /** The settings. A secret that is set stands there as `********`. */
  readonly config: JsonObject;
  /** True while it waits for credentials, as after an import without secrets. */
  readonly needsReauth?: true;
}

// What is shown in place of a secret.
const hiddenSecret = '********';

/** Parts the settings in those for `config.json` and the secret ones. */
export function partSecrets(type: ProviderType, config: JsonObject): { readonly open: JsonObject; readonly secrets: Secrets } {
  const isSecret = (name: string) => type.secretFields.includes(name);
  const entries = Object.entries(config);
  return {
    open: Object.fromEntries(entries.filter(([name]) => !isSecret(name))),
    secrets: Object.fromEntries(entries.flatMap(([name, value]) => (isSecret(name) ? [[name, String(value)]] : []))),
  };
}

export function toRecord({ id, title, provider, config, secrets, needsReauth }: StoredLocation): LocationRecord {
  const shown = { ...config, ...Object.fromEntries(secrets.map((name) => [name, hiddenSecret])) };
  return { id, title, provider, config: shown, ...(needsReauth === undefined ? {} : { needsReauth }) };
}

/** Where the location is, for people: its settings without the secrets, such as `/mnt/backups` or `Bucket: b, Prefix: p`. */
export function describePlace(type: ProviderType | undefined, config: JsonObject): string {
  const properties = type === undefined ? {} : propertiesOf(type.configSchema);
  const secret = new Set(type?.secretFields);
  const shown = Object.entries(config).filter(
    ([name, value]) => !secret.has(name) && ['string', 'number'].includes(typeof value) && tellsThePlace(properties[name], value),
  );
  const [only, ...others] = shown;
  if (only !== undefined && others.length === 0) return String(only[1]);
  return shown.map(([name, value]) => `${titleOf(properties[name]) ?? name}: ${String(value)}`).join(', ');
}

/** How much may be stored there is not where it is, and what nobody has set says nothing. */
function tellsThePlace(property: unknown, value: unknown): boolean {
  return !isJsonObject(property) || (property['x-limit'] === undefined && value !== '' && value !== property['default']);
}

function titleOf(property: unknown): string | undefined {
  return isJsonObject(property) && typeof property['title'] === 'string' ? property['title'] : undefined;
}
