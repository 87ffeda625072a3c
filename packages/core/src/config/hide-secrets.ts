import { inspect } from 'node:util';
import { shortestHidden } from '../base/encoded-forms.js';
import { HoldfastError, isHoldfastError } from '../base/errors.js';
import { formsOfSecrets, type HiddenForm, hideForms } from '../base/hide-forms.js';
import { isJsonObject } from '../providers/schema-problem.js';

// What stands in place of a secret.
const hidden = '********';

/**
 * The value with each secret in its texts hidden. Providers write texts, and one may quote what it was given. Only as it is: a program may need what
 * is derived from it, such as a page's address.
 */
export function hideSecrets<T>(value: T, secrets: readonly string[]): T;
export function hideSecrets(value: unknown, secrets: readonly string[]): unknown {
  const told = secrets.filter((secret) => secret.length >= shortestHidden);
  return hideIn(
    value,
    told.map((form) => ({ form, placeholder: hidden, secret: true })),
  );
}

function hideIn<T>(value: T, forms: readonly HiddenForm[]): T;
function hideIn(value: unknown, forms: readonly HiddenForm[]): unknown {
  const hide = (part: unknown): unknown => {
    if (typeof part === 'string') return hideForms(part, forms);
    if (Array.isArray(part)) return part.map(hide);
    if (isJsonObject(part)) return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, hide(inner)]));
    return part;
  };
  return forms.length === 0 ? value : hide(value);
}

/** The error, or one like it that quotes no secret, in whichever way it may be written there. */
export function errorWithoutSecrets(error: unknown, secrets: readonly string[]): unknown {
  const forms = formsOfSecrets(secrets, hidden);
  const quotes = (value: unknown) => {
    const text = inspect(value, { depth: 6 });
    return forms.some(({ form }) => text.includes(form));
  };
  if (!quotes(error)) return error;
  if (!isHoldfastError(error)) return new Error(hideIn(error instanceof Error ? error.message : String(error), forms));
  const { code, message, remedy, details, cause } = error;
  const told = [message, remedy, details] as const;
  return new HoldfastError(code, ...hideIn(told, forms), quotes(cause) ? undefined : cause);
}
