import type { FieldError, ProviderLogger } from '../provider-api/index.js';
import type { ProviderType } from '../providers/provider-package.js';
import { resolveText } from '../providers/string-table.js';

/** What stands for `{name}` in a text. */
type Placeholders = Readonly<Record<string, string>>;

/** Makes a provider's text one for people: `%key%` becomes the text of that key, `{name}` the placeholder of that name. */
export type TextResolver = (text: string, placeholders?: Placeholders) => string;

/** What is missing, a key or a placeholder, stays as it stands and is told to the log: a flow must not end for want of a word. */
export function textResolver(type: Pick<ProviderType, 'texts' | 'package'>, log: ProviderLogger): TextResolver {
  const { name, version } = type.package;
  return (text, placeholders) => {
    const resolved = resolveText(text, type.texts, (key) => log.warn(`${name}@${version} has no text for ${key}.`));
    // A text of its own may hold braces that mean nothing.
    if (placeholders === undefined && resolved === text) return text;
    return resolved.replace(/\{(\w+)\}/g, (place, placeholder: string) => {
      const value = placeholders !== undefined && Object.hasOwn(placeholders, placeholder) ? placeholders[placeholder] : undefined;
      if (value === undefined) log.warn(`${name}@${version} gives nothing for ${place} in the text ${text}.`);
      return value ?? place;
    });
  };
}

/** A provider's errors by field with their texts. */
export function resolveFieldErrors(errors: readonly FieldError[], resolve: TextResolver): FieldError[] {
  return errors.map(({ field, message, placeholders }) => ({ field, message: resolve(message, placeholders) }));
}
