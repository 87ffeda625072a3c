import { isJsonObject, type JsonObject } from './schema-problem.js';

/** The texts for people that a package keeps in `package.nls.json`, by key. */
export type StringTable = Readonly<Record<string, string>>;

/** Puts a text in place of `%key%`; other texts stay. What has no text is told to `onMissing` and stays as it is. */
export function resolveText(text: string, strings: StringTable, onMissing: (reference: string) => void): string {
  const key = /^%([\w.-]+)%$/.exec(text)?.[1];
  if (key === undefined) return text;
  if (Object.hasOwn(strings, key)) return strings[key] ?? text;
  onMissing(text);
  return text;
}

const textKeywords = new Set(['title', 'description', 'x-expected', 'x-placeholder']);

/** Does the same with all texts for people in a JSON Schema. */
export function resolveSchemaTexts(schema: JsonObject, strings: StringTable, onMissing: (reference: string) => void): JsonObject {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (!isJsonObject(value)) return value;
    const entries = Object.entries(value).map(([name, part]) => [
      name,
      textKeywords.has(name) && typeof part === 'string' ? resolveText(part, strings, onMissing) : resolve(part),
    ]);
    return Object.fromEntries(entries) as JsonObject;
  };
  return resolve(schema) as JsonObject;
}

/** The table in a parsed `package.nls.json`; what is no text is left out. */
export function toStringTable(value: unknown): StringTable {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])));
}

/**
 * The files with a package's texts, in the order in which they are laid over each other: the package's own language, for
 * `de-AT` then that of `de`, then that of `de-AT`.
 */
export function stringFiles(locale: string): readonly string[] {
  const parts = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(locale) ? locale.split('-') : [];
  return ['package.nls.json', ...parts.map((_, index) => `package.nls.${parts.slice(0, index + 1).join('-')}.json`)];
}
