import { inspect } from 'node:util';
import { HoldfastError, isHoldfastError } from '../base/errors.js';
import { isJsonObject } from '../providers/schema-problem.js';

// What stands in place of a secret. Shorter ones than these would be found in many a harmless word.
const hidden = '********';
const shortest = 4;

/** The value with each secret in its texts hidden. Providers write texts, and one may quote what it was given. */
export function hideSecrets<T>(value: T, secrets: readonly string[]): T;
export function hideSecrets(value: unknown, secrets: readonly string[]): unknown {
  const told = secrets.filter((secret) => secret.length >= shortest).sort((a, b) => b.length - a.length);
  const hide = (part: unknown): unknown => {
    if (typeof part === 'string') return told.reduce((text, secret) => text.replaceAll(secret, hidden), part);
    if (Array.isArray(part)) return part.map(hide);
    if (isJsonObject(part)) return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, hide(inner)]));
    return part;
  };
  return told.length === 0 ? value : hide(value);
}

/** The error, or one like it that quotes no secret. */
export function errorWithoutSecrets(error: unknown, secrets: readonly string[]): unknown {
  const quotes = (value: unknown) => secrets.some((secret) => secret.length >= shortest && inspect(value, { depth: 6 }).includes(secret));
  if (!quotes(error)) return error;
  if (!isHoldfastError(error)) return new Error(hideSecrets(error instanceof Error ? error.message : String(error), secrets));
  const { code, message, remedy, details, cause } = error;
  const told = [message, remedy, details] as const;
  return new HoldfastError(code, ...hideSecrets(told, secrets), quotes(cause) ? undefined : cause);
}
