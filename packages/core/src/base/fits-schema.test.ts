import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitsSchema } from './fits-schema.js';

const manifestSchema = JSON.parse(readFileSync(new URL('../../schemas/holdfast-manifest.json', import.meta.url), 'utf8')) as object;

const manifest = {
  name: '@example/provider-shelf',
  version: '1.2.3',
  engines: { holdfast: '^0.1.0' },
  exports: './main.js',
  holdfast: {
    contributes: {
      providers: [
        {
          id: 'shelf',
          label: 'Shelf',
          icon: './icon.svg',
          configVersion: 1,
          configSchema: { type: 'object' },
          limits: { maxObjectBytes: null, maxBackups: 3, requiresEncryption: true },
          features: ['rangeRead', 'deferredWrites'],
        },
      ],
    },
    permissions: { network: ['example.com'], filesystem: 'config' },
  },
};

function ajvFor(schema: object) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  return ajv.compile(schema);
}

/** The value with one of its parts, somewhere, replaced, removed or joined by another. */
function changed(value: unknown, way: readonly number[], replacement: unknown): unknown {
  if (typeof value !== 'object' || value === null) return replacement;
  const names = Object.keys(value);
  const [step = 0, ...rest] = way;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  const name = names[step % (names.length + 1)];
  if (name === undefined) Reflect.set(copy, Array.isArray(value) ? String(names.length) : 'surplus', replacement);
  else if (rest.length === 0 && step % 2 === 1 && !Array.isArray(value)) Reflect.deleteProperty(copy, name);
  else if (rest.length === 0) Reflect.set(copy, name, replacement);
  else Reflect.set(copy, name, changed(Reflect.get(copy, name), rest, replacement));
  return copy;
}

const anything = fc.oneof(
  fc.constantFrom<unknown>('./x', 'local', '', 'none', 1, 0, -1, 1.5, true, null, [], ['rangeRead'], {}, 'a'.repeat(300)),
  fc.jsonValue(),
);

describe('a value and a schema', () => {
  test('that of manifests decides as a full validator does, for a right manifest and any change of it', () => {
    const validate = ajvFor(manifestSchema);
    expect(fitsSchema(manifestSchema, manifest)).toBe(true);
    fc.assert(
      fc.property(fc.array(fc.nat(12), { minLength: 1, maxLength: 7 }), anything, (way, replacement) => {
        const value = changed(manifest, way, replacement);
        expect(fitsSchema(manifestSchema, value)).toBe(validate(value));
      }),
      { numRuns: 3000 },
    );
  });

  const schemas: readonly object[] = [
    { type: ['string', 'null'], minLength: 2, maxLength: 3 },
    { type: 'string', pattern: '^\\p{L}+$' },
    { type: 'integer', minimum: -1, maximum: 2 },
    { type: 'number' },
    { enum: ['a', 1, null, false] },
    { const: 1 },
    { type: 'array', minItems: 1, maxItems: 2, uniqueItems: true, items: { type: ['string', 'number'] } },
    { type: 'object', properties: { a: { const: 1 } }, required: ['a', 'b'], additionalProperties: { type: 'null' } },
    { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
    { oneOf: [{ type: 'string' }, { minLength: 2 }] },
    { anyOf: [{ type: 'string' }, { $ref: '#/$defs/list' }], $defs: { list: { type: 'array' } } },
  ];

  test.each(schemas)('%j decides as a full validator does', (schema) => {
    const validate = ajvFor(schema);
    const scalar = fc.constantFrom<unknown>('', 'a', 'ab', 'abc', '😀😀😀', 'é1', 0, 1, 1.5, 2, 3, -2, true, false, null);
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c', 'toString'), scalar),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(value, (one) => {
        expect(fitsSchema(schema, one)).toBe(validate(one));
      }),
    );
  });

  test.each([
    [{ format: 'uri', type: 'string' }, 'x'],
    [{ properties: { a: { default: 1 } } }, { a: 2 }],
    [{ type: 'array', items: { not: {} } }, [1]],
    [{ oneOf: [{ multipleOf: 2 }, { type: 'string' }] }, 'x'],
    [{ enum: [{ a: 1 }] }, { a: 1 }],
    [{ $ref: 'https://example.com/schema' }, 1],
    [{ type: 'array', uniqueItems: true }, [{}, {}]],
  ])('%j is left to a full validator', (schema, value) => {
    expect(fitsSchema(schema, value)).toBe(false);
  });
});
