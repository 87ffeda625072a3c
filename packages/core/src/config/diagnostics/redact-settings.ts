import { fieldsWith, propertiesOf } from '../../providers/config-schema.js';
import { isJsonObject, type JsonObject } from '../../providers/schema-problem.js';
import type { Identifier } from './redactor.js';

// A provider's author may forget to mark what identifies somebody, so every free text counts as such. Those that aren't marked must be longer: words
// like `data` would otherwise disappear from all messages.
const shortestMarked = 4;
const shortestUnmarked = 6;

/** What in the settings tells who somebody is or where: all texts but those that the schema lists, and what it marks with `x-identifier`. */
export function identifiersIn(schema: JsonObject, config: JsonObject): Identifier[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (isHarmless(schema, name, value)) return [];
    const shortest = isMarked(schema, name) ? shortestMarked : shortestUnmarked;
    const texts = textsOf(value).flatMap((text) => [text, ...partsOf(text)]);
    return texts.filter((text) => text.length >= shortest).map((text) => ({ label: name, value: text }));
  });
}

/** The settings for others' eyes. `redact` knows what {@link identifiersIn} found. */
export function redactSettings(schema: JsonObject, config: JsonObject, redact: (text: string) => string): JsonObject {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [redact(name), isHarmless(schema, name, value) ? value : hidden(name, value, redact)]),
  );
}

function hidden(name: string, value: unknown, redact: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => hidden(name, entry, redact));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const redacted = redact(text);
  // What is too short to be looked for in all texts is hidden here at least.
  return /^<[^<>]*>$/.test(redacted) && redacted !== text ? redacted : `<${redact(name)}>`;
}

/** Numbers, switches and what the schema itself lists. */
function isHarmless(schema: JsonObject, name: string, value: unknown): boolean {
  if (isMarked(schema, name)) return false;
  if (value === null || value === '' || typeof value === 'boolean' || typeof value === 'number') return true;
  const property = propertiesOf(schema)[name];
  if (!isJsonObject(property)) return false;
  const { enum: listed, const: only } = property;
  return value === only || (Array.isArray(listed) && listed.includes(value));
}

function isMarked(schema: JsonObject, name: string): boolean {
  return fieldsWith(schema, 'x-identifier').includes(name);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Errors of the network name the host alone, those of files name the path without its last slash. */
function partsOf(text: string): string[] {
  const trimmed = text.replace(/[/\\]+$/, '');
  const { host = '', hostname = '' } = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : {};
  return [trimmed, host, hostname].filter((part) => part !== text && part !== '');
}
