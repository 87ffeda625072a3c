import { schemaAnnotations } from './schema-annotations.js';
import { type JsonObject, type SchemaProblem, toProblem } from './schema-problem.js';

interface CheckedValue {
  /** A copy of the value with the schema's defaults in place of what is missing. */
  readonly value: unknown;
  readonly problems: readonly SchemaProblem[];
}

export type SchemaCheck = (value: unknown) => CheckedValue;

const compiled = new WeakMap<JsonObject, Promise<SchemaCheck>>();

/**
 * Makes the check for a JSON Schema (2020-12). Rejects with an `Error` that says why, if the schema itself is wrong. Its
 * `format`s are hints for forms and are not checked. One of our own is `trusted` to be right: checking a schema takes
 * longer than all else that a start does.
 */
export async function schemaCheck(schema: JsonObject, { trusted = false } = {}): Promise<SchemaCheck> {
  let check = compiled.get(schema);
  if (check === undefined) {
    check = compile(schema, trusted);
    compiled.set(schema, check);
  }
  return check;
}

async function compile(schema: JsonObject, trusted: boolean): Promise<SchemaCheck> {
  // Loaded here, as most commands never get to a check and its loading would be a good part of their time.
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    // A rule that has no effect, such as a misspelt one or a length for a number, is a mistake of the schema's author.
    strict: true,
    allowUnionTypes: true,
    // Conditions name fields that are described elsewhere.
    strictRequired: false,
    validateFormats: false,
    validateSchema: !trusted,
    logger: false,
  });
  for (const [keyword, type] of Object.entries(schemaAnnotations)) ajv.addKeyword({ keyword, schemaType: type });
  const validate = ajv.compile(schema);
  return (original) => {
    const value: unknown = structuredClone(original);
    if (validate(value)) return { value, problems: [] };
    return { value, problems: withoutSummaries((validate.errors ?? []).map((error) => ({ error, problem: toProblem(error, value) }))) };
  };
}

/** Leaves out what only says that some form didn't fit where the forms' own errors say why. */
function withoutSummaries(found: readonly { error: { keyword: string }; problem: SchemaProblem }[]): SchemaProblem[] {
  const summaries = new Set(['if', 'anyOf', 'oneOf', 'allOf', '$ref']);
  const details = found.filter(({ error }) => !summaries.has(error.keyword));
  return (details.length > 0 ? details : found).map(({ problem }) => problem);
}
