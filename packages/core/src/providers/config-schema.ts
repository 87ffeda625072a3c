import { closestName } from './closest-name.js';
import { limitSchemaFaults } from './location-limits.js';
import { isSchemaAnnotation, schemaAnnotations } from './schema-annotations.js';
import { isJsonObject, type JsonObject } from './schema-problem.js';

/** The names of the settings that are secrets. They are kept apart from the rest of the configuration. */
export function secretFieldsOf(schema: JsonObject): readonly string[] {
  return fieldsWith(schema, 'x-secret');
}

/** The settings that a configuration schema describes, by name. */
export function propertiesOf(schema: JsonObject): JsonObject {
  return isJsonObject(schema['properties']) ? schema['properties'] : {};
}

/** Names become options of the command line, environment variables and paths in messages. */
const settingName = /^[A-Za-z][\w-]*$/;

/** Why a JSON Schema can't be one for settings; empty if it can. `place` names it in the messages. */
export function configSchemaFaults(schema: unknown, place: string): string[] {
  if (!isJsonObject(schema)) return [`${place}: expected a JSON Schema, which is an object.`];
  const faults: string[] = [];
  if (schema['type'] !== 'object') faults.push(`${place}: type: found ${JSON.stringify(schema['type']) ?? 'nothing'}, expected "object".`);
  if (!isJsonObject(schema['properties'])) faults.push(`${place}: properties: expected an object that describes each setting.`);
  for (const [name, field] of Object.entries(propertiesOf(schema))) {
    if (!settingName.test(name))
      faults.push(`${place}: properties: found ${JSON.stringify(name)}, expected names of letters, digits, "-" and "_".`);
    if (isSecret(field) && field['type'] !== 'string') {
      faults.push(`${place}: properties.${name}: a secret has the type "string", found ${JSON.stringify(field['type']) ?? 'nothing'}.`);
    }
  }
  // Only whole settings are kept apart, so a secret further down would end up in the plain configuration file.
  if (countSecrets(schema) > secretFieldsOf(schema).length) {
    faults.push(`${place}: "x-secret" is allowed for the settings themselves alone, not for parts of one.`);
  }
  faults.push(...[...annotationFaults(schema), ...limitSchemaFaults(schema)].map((fault) => `${place}: ${fault}`));
  return faults;
}

/** The settings that carry an annotation which is true, such as `x-reauth`. */
export function fieldsWith(schema: JsonObject, annotation: 'x-secret' | 'x-advanced' | 'x-identifier' | 'x-reauth'): readonly string[] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, field]) => (isJsonObject(field) && field[annotation] === true ? [name] : []));
}

/** Calls `visit` for the schema and each one in it. What merely looks like a schema, such as an example, is none. */
export function eachSchema(
  schema: JsonObject,
  visit: (schema: JsonObject, path: readonly string[]) => void,
  path: readonly string[] = [],
): void {
  visit(schema, path);
  for (const [keyword, part] of Object.entries(schema)) {
    if (namedSchemas.has(keyword) && isJsonObject(part)) {
      for (const [name, named] of Object.entries(part)) if (isJsonObject(named)) eachSchema(named, visit, [...path, keyword, name]);
    } else if (inlineSchemas.has(keyword)) {
      for (const one of Array.isArray(part) ? part : [part]) if (isJsonObject(one)) eachSchema(one, visit, [...path, keyword]);
    }
  }
}

const namedSchemas = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
const inlineSchemas = new Set(
  (
    'items prefixItems contains additionalProperties unevaluatedProperties unevaluatedItems propertyNames ' +
    'allOf anyOf oneOf not if then else'
  ).split(' '),
);

/** An annotation that is misspelt has no effect, and with `x-secret` that would be one that shows. */
function annotationFaults(schema: JsonObject): string[] {
  const faults: string[] = [];
  eachSchema(schema, (part, path) => {
    const place = (keyword: string) => [...path, keyword].join('.');
    for (const [keyword, value] of Object.entries(part)) {
      if (!keyword.startsWith('x-')) continue;
      if (!isSchemaAnnotation(keyword)) {
        const meant = closestName(keyword, Object.keys(schemaAnnotations));
        faults.push(`${place(keyword)}: found "${keyword}", which is not known${meant === undefined ? '' : `; expected "${meant}"`}.`);
      } else if (typeof value !== schemaAnnotations[keyword]) {
        faults.push(`${place(keyword)}: found ${JSON.stringify(value)}, expected a ${schemaAnnotations[keyword]}.`);
      } else if (keyword === 'x-limit' && !(path.length === 2 && path[0] === 'properties')) {
        faults.push(`${place(keyword)}: "x-limit" is allowed for the settings themselves alone, not for parts of one.`);
      }
    }
  });
  return faults;
}

function isSecret(field: unknown): field is JsonObject {
  return isJsonObject(field) && field['x-secret'] === true;
}

function countSecrets(value: unknown): number {
  const parts = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
  return parts.reduce<number>((count, part) => count + countSecrets(part), isSecret(value) ? 1 : 0);
}
