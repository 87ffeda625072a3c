import { expect, test } from 'vitest';
import { configSchemaFaults, eachSchema, fieldsWith } from './config-schema.js';
import { schemaCheck } from './json-schema.js';
import { schemaAnnotations } from './schema-annotations.js';

const schemaWith = (field: object) => ({ type: 'object', properties: { field: { type: 'string', ...field } } });

test('every annotation of ours is taken, by the manifest and by the check of values', async () => {
  const examples = { boolean: true, string: 'text', number: 3 };
  for (const [name, type] of Object.entries(schemaAnnotations)) {
    const schema = schemaWith({ [name]: name === 'x-limit' ? 'maxBackups' : examples[type] });
    expect(configSchemaFaults(schema, 's')).toEqual([]);
    expect((await schemaCheck(schema))({ field: 'a' }).problems).toEqual([]);
  }
});

test.each([
  [{ 'x-secrte': true }, 's: properties.field.x-secrte: found "x-secrte", which is not known; expected "x-secret".'],
  [{ 'x-colour': 'red' }, 's: properties.field.x-colour: found "x-colour", which is not known.'],
  [{ 'x-order': 'first' }, 's: properties.field.x-order: found "first", expected a number.'],
  [{ 'x-limit': 'maxBytes' }, 's: properties.field.x-limit: found "maxBytes", expected maxObjectBytes or maxBackups.'],
  [
    { 'x-limit': 'maxObjectBytes', default: 'plenty' },
    's: properties.field.default: found "plenty", expected a size such as "5 GB" or "4.5 GiB", or "unlimited".',
  ],
  [
    { items: { 'x-limit': 'maxBackups' } },
    's: properties.field.items.x-limit: "x-limit" is allowed for the settings themselves alone, not for parts of one.',
  ],
])('%j is a fault', (field, fault) => {
  expect(configSchemaFaults(schemaWith(field), 's')).toEqual([fault]);
});

test('what only looks like an annotation is none: the name of a field, an example', () => {
  const schema = { type: 'object', properties: { 'x-field': { type: 'object', examples: [{ 'x-other': 1 }], default: { 'x-more': 1 } } } };
  expect(configSchemaFaults(schema, 's')).toEqual([]);
});

test('a rule without effect is refused when values are checked', async () => {
  await expect(schemaCheck(schemaWith({ minLenght: 3 }))).rejects.toThrow(/minLenght/);
  await expect(schemaCheck({ type: 'object', properties: { field: { type: 'integer', minLength: 3 } } })).rejects.toThrow(/minLength/);
});

test('all schemas in a schema are visited', () => {
  const places: string[] = [];
  const schema = {
    properties: { a: { items: {} } },
    $defs: { b: {} },
    oneOf: [{ properties: { c: {} } }, true],
    if: {},
    const: { properties: { d: {} } },
  };
  eachSchema(schema, (_, path) => places.push(path.join('.')));
  expect(places).toEqual(['', 'properties.a', 'properties.a.items', '$defs.b', 'oneOf', 'oneOf.properties.c', 'if']);
  expect(fieldsWith({ properties: { a: { 'x-identifier': true }, b: { 'x-identifier': false }, c: {} } }, 'x-identifier')).toEqual(['a']);
});

test.each(['', 'with blank', '\u001b[31mred', '__proto__', 'a.b'])('%j is no name for a setting', (name) => {
  const schema: unknown = JSON.parse(`{ "type": "object", "properties": { ${JSON.stringify(name)}: { "type": "string" } } }`);
  expect(configSchemaFaults(schema, 'schema.json')).toEqual([
    `schema.json: properties: found ${JSON.stringify(name)}, expected names of letters, digits, "-" and "_".`,
  ]);
});
