import type { ErrorObject } from 'ajv/dist/2020.js';
import { closestName } from './closest-name.js';

/** What is wrong at one place of a value that a JSON Schema describes. */
export interface SchemaProblem {
  /** The way to the place, such as `['providers', 0, 'id']`. Empty for the value itself. */
  readonly path: readonly (string | number)[];
  readonly kind: 'missing' | 'unknown' | 'wrong';
  /** For people, to follow "expected". Empty for an unknown field that resembles none of the known ones. */
  readonly expected: string;
  /** For people: what stands there, shortened. `nothing` if nothing does. */
  readonly found: string;
  /** What the schema says of the place. */
  readonly schema: JsonObject;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The problem that one of ajv's errors tells (of a validator with `verbose`). */
export function toProblem(error: ErrorObject, value: unknown): SchemaProblem {
  const path = toPath(error.instancePath, value);
  const schema: JsonObject = isJsonObject(error.parentSchema) ? error.parentSchema : {};
  const params: JsonObject = isJsonObject(error.params) ? error.params : {};
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  switch (error.keyword) {
    case 'required': {
      const name = String(params['missingProperty']);
      const property = properties[name];
      const expected = isJsonObject(property) ? describeProperty(property) : 'a value';
      return { path: [...path, name], kind: 'missing', expected, found: 'nothing', schema: isJsonObject(property) ? property : {} };
    }
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      return unknownField([...path, name], Object.keys(properties));
    }
    case 'if':
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
    case '$ref':
      return { path, kind: 'wrong', expected: 'one of the forms that the schema allows', found: show(error.data), schema };
    default:
      return { path, kind: 'wrong', expected: describeRule(error.keyword, params, schema), found: show(error.data), schema };
  }
}

/** The problem of a field that the schema doesn't know. */
export function unknownField(path: readonly (string | number)[], known: readonly string[]): SchemaProblem {
  const name = String(path.at(-1));
  const meant = closestName(name, known);
  return { path, kind: 'unknown', expected: meant === undefined ? '' : JSON.stringify(meant), found: JSON.stringify(name), schema: {} };
}

/** The place as people write it: `holdfast.contributes.providers[0].id`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('');
}

/** The value as a person recognises it, shortened. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (isJsonObject(value)) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= 80 ? text : `${text.slice(0, 76)}..."`;
}

function describeProperty(property: JsonObject): string {
  if (typeof property['x-expected'] === 'string') return property['x-expected'];
  if (Array.isArray(property['enum'])) return describeChoice(property['enum']);
  return property['type'] === undefined ? 'a value' : describeTypes(property['type']);
}

function describeRule(keyword: string, params: JsonObject, schema: JsonObject): string {
  const limit = String(params['limit']);
  switch (keyword) {
    case 'type':
      return describeTypes(params['type']);
    case 'enum':
      return describeChoice(Array.isArray(params['allowedValues']) ? params['allowedValues'] : []);
    case 'const':
      return show(params['allowedValue']);
    case 'pattern':
      return typeof schema['x-expected'] === 'string' ? schema['x-expected'] : `a text of the pattern ${String(params['pattern'])}`;
    case 'minLength':
      return limit === '1' ? 'a text that is not empty' : `a text of at least ${limit} characters`;
    case 'maxLength':
      return `a text of at most ${limit} characters`;
    case 'minimum':
      return `a number of at least ${limit}`;
    case 'maximum':
      return `a number of at most ${limit}`;
    case 'exclusiveMinimum':
      return `a number above ${limit}`;
    case 'exclusiveMaximum':
      return `a number below ${limit}`;
    case 'multipleOf':
      return `a multiple of ${String(params['multipleOf'])}`;
    case 'minItems':
      return `at least ${limit} ${limit === '1' ? 'entry' : 'entries'}`;
    case 'maxItems':
      return `at most ${limit} ${limit === '1' ? 'entry' : 'entries'}`;
    case 'uniqueItems':
      return 'entries that all differ';
    default:
      return `what the rule "${keyword}" of its schema asks for`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

function describeTypes(types: unknown): string {
  const names = (Array.isArray(types) ? types : [types]).map((type) => typeNames[String(type)] ?? String(type));
  return names.join(' or ');
}

function describeChoice(values: readonly unknown[]): string {
  return values.length === 1 ? show(values[0]) : `one of ${values.map(show).join(', ')}`;
}

/** A JSON pointer as a path. Numbers are told from names that look like one by the value itself. */
function toPath(pointer: string, value: unknown): (string | number)[] {
  let place = value;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(place) ? Number(name) : name;
      place = Array.isArray(place) ? place[Number(name)] : isJsonObject(place) ? place[name] : undefined;
      return step;
    });
}
