import { isJsonObject, type JsonObject } from './schema-problem.js';

/** The names of the settings that are secrets. They are kept apart from the rest of the configuration. */
export function secretFieldsOf(schema: JsonObject): readonly string[] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, field]) => (isSecret(field) ? [name] : []));
}

/** The settings that a configuration schema describes, by name. */
export function propertiesOf(schema: JsonObject): JsonObject {
  return isJsonObject(schema['properties']) ? schema['properties'] : {};
}

/** Why a JSON Schema can't be one for settings; empty if it can. `place` names it in the messages. */
export function configSchemaFaults(schema: unknown, place: string): string[] {
  if (!isJsonObject(schema)) return [`${place}: expected a JSON Schema, which is an object.`];
  const faults: string[] = [];
  if (schema['type'] !== 'object') faults.push(`${place}: type: found ${JSON.stringify(schema['type']) ?? 'nothing'}, expected "object".`);
  if (!isJsonObject(schema['properties'])) faults.push(`${place}: properties: expected an object that describes each setting.`);
  for (const [name, field] of Object.entries(propertiesOf(schema))) {
    if (isSecret(field) && field['type'] !== 'string') {
      faults.push(`${place}: properties.${name}: a secret has the type "string", found ${JSON.stringify(field['type']) ?? 'nothing'}.`);
    }
  }
  // Only whole settings are kept apart, so a secret further down would end up in the plain configuration file.
  if (countSecrets(schema) > secretFieldsOf(schema).length) {
    faults.push(`${place}: "x-secret" is allowed for the settings themselves alone, not for parts of one.`);
  }
  return faults;
}

function isSecret(field: unknown): field is JsonObject {
  return isJsonObject(field) && field['x-secret'] === true;
}

function countSecrets(value: unknown): number {
  const parts = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
  return parts.reduce<number>((count, part) => count + countSecrets(part), isSecret(value) ? 1 : 0);
}
