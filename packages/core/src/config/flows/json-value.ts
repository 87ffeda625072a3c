import type { JsonRecord, JsonValue } from '../../provider-api/index.js';

const deepest = 32;

/** True for plain JSON that is not nested out of all reason. */
export function isJsonValue(value: unknown, depth = 0): value is JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > deepest) return false;
  return Object.values(value).every((part: unknown) => isJsonValue(part, depth + 1));
}

/** True for a plain JSON object. */
export function isJsonRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && !Array.isArray(value) && value !== null && isJsonValue(value);
}
