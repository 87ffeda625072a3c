import { isJsonObject } from '../../providers/schema-problem.js';
import { hideSecrets } from '../hide-secrets.js';

const texts = new Set(['title', 'description', 'label', 'message', 'reason', 'url', 'default', 'x-placeholder', 'x-expected']);
const textsThroughout = new Set(['values', 'placeholders']);

/** The step with each secret in what people read of it hidden. What programs read, such as the name of a field, stays as it is. */
export function hideInStep<Step extends object>(step: Step, secrets: readonly string[]): Step;
export function hideInStep(step: object, secrets: readonly string[]): unknown {
  const hide = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(hide);
    if (!isJsonObject(value)) return value;
    const entries = Object.entries(value).map(([name, part]) => [
      name,
      texts.has(name) && typeof part === 'string' ? hideSecrets(part, secrets) : hide(part),
    ]);
    return Object.fromEntries(entries);
  };
  const entries = Object.entries(step).map(([name, part]: [string, unknown]) => [
    name,
    textsThroughout.has(name) || texts.has(name) ? hideSecrets(part, secrets) : hide(part),
  ]);
  const hidden: unknown = Object.fromEntries(entries);
  return hidden;
}
