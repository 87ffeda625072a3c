/**
 * Whether a value surely satisfies a JSON Schema (2020-12). It knows the keywords that our own schemas use and says yes only
 * when all of a schema is made of them; `false` means "not sure", and a full validator has to tell, and to say why. Loading and
 * compiling one of those takes longer than all else that a start does, and nearly every value is right.
 */
export function fitsSchema(schema: object, value: unknown): boolean {
  try {
    return fits(asSchema(schema), value, asSchema(schema));
  } catch (error) {
    if (error instanceof NotSure) return false;
    throw error;
  }
}

/** Thrown, as a `false` below a `oneOf` would count as "does not fit". */
class NotSure extends Error {}

type Schema = Readonly<Record<string, unknown>>;
type Keyword = (rule: unknown, value: unknown, schema: Schema, root: Schema) => boolean;

/** What doesn't decide whether a value fits. A default decides what it becomes, so it is not among these. */
const annotations = new Set(
  // Those with an "x-" as providers/schema-annotations.ts, which is above this file, explains them.
  '$schema $id $comment $defs title description x-secret x-expected x-placeholder x-order x-advanced x-identifier x-env x-reauth'.split(
    ' ',
  ),
);

const keywords: Readonly<Record<string, Keyword>> = {
  $ref: (rule, value, _, root) => fits(definition(rule, root), value, root),
  type: (rule, value) => (Array.isArray(rule) ? rule : [rule]).some((type: unknown) => hasType(value, type)),
  const: (rule, value) => value === scalar(rule),
  enum: (rule, value) => list(rule).some((allowed) => value === scalar(allowed)),
  oneOf: (rule, value, _, root) => list(rule).filter((form) => fits(asSchema(form), value, root)).length === 1,
  anyOf: (rule, value, _, root) => list(rule).filter((form) => fits(asSchema(form), value, root)).length > 0,

  minimum: (rule, value) => typeof value !== 'number' || value >= number(rule),
  maximum: (rule, value) => typeof value !== 'number' || value <= number(rule),

  pattern: (rule, value) => typeof value !== 'string' || expression(rule).test(value),
  // In characters, of which some take two units.
  minLength: (rule, value) => typeof value !== 'string' || [...value].length >= number(rule),
  maxLength: (rule, value) => typeof value !== 'string' || value.length <= number(rule) || [...value].length <= number(rule),

  minItems: (rule, value) => !Array.isArray(value) || value.length >= number(rule),
  maxItems: (rule, value) => !Array.isArray(value) || value.length <= number(rule),
  items: (rule, value, _, root) => !Array.isArray(value) || value.every((item) => fits(asSchema(rule), item, root)),
  uniqueItems: (rule, value) => rule !== true || !Array.isArray(value) || new Set(value.map(scalar)).size === value.length,

  required: (rule, value) => !isObject(value) || list(rule).every((name) => Object.hasOwn(value, text(name))),
  properties: (rule, value, _, root) =>
    !isObject(value) ||
    Object.entries(asSchema(rule)).every(([name, part]) => !Object.hasOwn(value, name) || fits(asSchema(part), value[name], root)),
  additionalProperties: (rule, value, schema, root) => {
    if (!isObject(value)) return true;
    const known = asSchema(schema['properties'] ?? {});
    const others = Object.keys(value).filter((name) => !Object.hasOwn(known, name));
    return rule === false ? others.length === 0 : others.every((name) => fits(asSchema(rule), value[name], root));
  },
};

function fits(schema: Schema, value: unknown, root: Schema): boolean {
  // A rule that isn't kept decides, whatever the rest says; only a yes needs that every keyword is known.
  return Object.entries(schema).every(([name, rule]) => {
    if (annotations.has(name)) return true;
    const keyword = Object.hasOwn(keywords, name) ? keywords[name] : undefined;
    if (keyword === undefined) throw new NotSure(name);
    return keyword(rule, value, schema, root);
  });
}

function hasType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      throw new NotSure();
  }
}

function definition(reference: unknown, root: Schema): Schema {
  const name = /^#\/\$defs\/([\w-]+)$/.exec(text(reference))?.[1];
  return asSchema(asSchema(root['$defs'])[name ?? '']);
}

const expressions = new Map<string, RegExp>();

function expression(rule: unknown): RegExp {
  const pattern = text(rule);
  const known = expressions.get(pattern) ?? new RegExp(pattern, 'u');
  expressions.set(pattern, known);
  return known;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asSchema(value: unknown): Schema {
  if (isObject(value)) return value;
  throw new NotSure();
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new NotSure();
}

/** A value that `===` compares as JSON Schema does. */
function scalar(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  throw new NotSure();
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new NotSure();
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new NotSure();
}
