import { parseByteSize } from './byte-size.js';
import { isJsonObject, type JsonObject } from './schema-problem.js';

/** What the host heeds when it stores backups at a location. */
export interface LocationLimits {
  /** Bytes; `undefined` for no limit. */
  readonly maxObjectBytes: number | undefined;
  /** `undefined` for no limit. */
  readonly maxBackups: number | undefined;
  readonly requiresEncryption: boolean;
}

type LimitName = 'maxObjectBytes' | 'maxBackups';

const expected: Readonly<Record<LimitName, string>> = {
  maxObjectBytes: 'a size such as "5 GB" or "4.5 GiB", or "unlimited"',
  maxBackups: 'a whole number, or "unlimited"',
};

/** The limits of a location with these settings: its own, where a setting holds one (`x-limit`), else those of its type. */
export function limitsOf(
  { limits, configSchema }: { readonly limits: LocationLimits; readonly configSchema: JsonObject },
  config: JsonObject,
): LocationLimits {
  const own = (name: LimitName) => {
    const setting = limitSettings(configSchema).find(({ limit }) => limit === name);
    if (setting === undefined) return limits[name];
    const read = parseLimit(name, config[setting.field] ?? setting.schema['default']);
    return read === undefined ? limits[name] : read.limit;
  };
  return { maxObjectBytes: own('maxObjectBytes'), maxBackups: own('maxBackups'), requiresEncryption: limits.requiresEncryption };
}

/** The settings that hold no limit although they should, which JSON Schema can't tell. */
export function limitProblems(schema: JsonObject, config: JsonObject): { readonly field: string; readonly message: string }[] {
  return limitSettings(schema).flatMap(({ field, limit }) => {
    const value = config[field];
    if (limit === undefined || value === undefined || parseLimit(limit, value) !== undefined) return [];
    return [{ field, message: `Expected ${expected[limit]}, found ${shown(value)}.` }];
  });
}

/** What is wrong with the use of `x-limit` in a schema of settings. */
export function limitSchemaFaults(schema: JsonObject): string[] {
  const met = new Set<LimitName>();
  return limitSettings(schema).flatMap(({ field, limit, named, schema: { type, default: preset, 'x-secret': secret } }) => {
    const place = `properties.${field}`;
    if (limit === undefined) return [`${place}.x-limit: found ${shown(named)}, expected ${Object.keys(expected).join(' or ')}.`];
    const faults = met.has(limit) ? [`${place}.x-limit: found "${limit}" for a second time.`] : [];
    met.add(limit);
    if (secret === true) faults.push(`${place}: a secret can't hold a limit.`);
    const types = Array.isArray(type) ? type : [type];
    if (!types.every((each) => each === 'string' || each === 'integer')) {
      faults.push(`${place}: a setting with a limit has the type "string" or "integer", found ${shown(type)}.`);
    }
    if (preset !== undefined && parseLimit(limit, preset) === undefined) {
      faults.push(`${place}.default: found ${shown(preset)}, expected ${expected[limit]}.`);
    }
    return faults;
  });
}

interface LimitSetting {
  readonly field: string;
  /** `undefined` for one that there isn't. */
  readonly limit: LimitName | undefined;
  /** What `x-limit` says. */
  readonly named: unknown;
  readonly schema: JsonObject;
}

function limitSettings({ properties }: JsonObject): LimitSetting[] {
  return Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([field, schema]) => {
    const named = isJsonObject(schema) ? schema['x-limit'] : undefined;
    if (!isJsonObject(schema) || typeof named !== 'string') return [];
    return [{ field, limit: named === 'maxObjectBytes' || named === 'maxBackups' ? named : undefined, named, schema }];
  });
}

/** Zero and "unlimited" mean no limit; `undefined` for what means nothing. */
function parseLimit(name: LimitName, value: unknown): { readonly limit: number | undefined } | undefined {
  const given = typeof value === 'string' ? value.trim() : value;
  if (typeof given === 'string' && given.toLowerCase() === 'unlimited') return { limit: undefined };
  const number = typeof given === 'string' ? parseNumber(name, given) : given;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) return undefined;
  return { limit: number === 0 ? undefined : number };
}

function parseNumber(name: LimitName, text: string): number | undefined {
  if (name === 'maxObjectBytes') return parseByteSize(text);
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
}
