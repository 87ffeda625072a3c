import type { HoldfastError } from '../base/errors.js';
import type { FieldError } from '../provider-api/index.js';
import { propertiesOf, secretFieldsOf } from '../providers/config-schema.js';
import { schemaCheck } from '../providers/json-schema.js';
import { limitProblems } from '../providers/location-limits.js';
import { manifestInvalid } from '../providers/manifest.js';
import type { ProviderType } from '../providers/provider-package.js';
import { formatPath, isJsonObject, type JsonObject, type SchemaProblem, unknownField } from '../providers/schema-problem.js';
import { configError } from './errors.js';

/**
 * Checks settings against the type's schema and puts its defaults in place of what is missing. `config-invalid` carries
 * an error for each field (see {@link fieldErrorsOf}); none of them shows a secret.
 */
export async function validateConfig(type: ProviderType, config: unknown): Promise<JsonObject> {
  let checked: CheckedValues;
  try {
    checked = await checkValues(type.configSchema, config);
  } catch (error) {
    const fault = `The configuration schema of "${type.id}": ${error instanceof Error ? error.message : String(error)}.`;
    throw manifestInvalid(type.package, type.package.folder ?? 'this app', [fault]);
  }
  if (checked.errors.length > 0) throw configInvalid(type.id, checked.errors);
  return checked.values;
}

/** Values that were held against a schema. */
export interface CheckedValues {
  /** With the schema's defaults in place of what is missing. */
  readonly values: JsonObject;
  /** None of them shows a secret. */
  readonly errors: readonly FieldError[];
}

/** Checks values against a schema of fields. Rejects with an `Error` if the schema itself is wrong. */
export async function checkValues(schema: JsonObject, given: unknown): Promise<CheckedValues> {
  if (!isJsonObject(given)) return { values: {}, errors: [{ field: 'base', message: 'Expected an object with the settings.' }] };
  const check = await schemaCheck(schema);
  const { value, problems } = check(given);
  const secret = new Set(secretFieldsOf(schema));
  const errors = [...problems, ...unknownFields(schema, given, problems)].map((problem) => toFieldError(problem, secret));
  const values = isJsonObject(value) ? value : {};
  // What the schema refused already is told once.
  const limits = limitProblems(schema, values).filter(({ field }) => !errors.some((error) => error.field === field));
  return { values, errors: [...errors, ...limits] };
}

/** The error for settings that don't fit, whoever found out. */
export function configInvalid(provider: string, errors: readonly FieldError[], cause?: unknown): HoldfastError {
  const problems = errors.map(({ field, message }) => (field === 'base' ? message : `${field}: ${message}`)).join(' ');
  const fields = Object.fromEntries(errors.map(({ field, message }) => [`${fieldPrefix}${field}`, message]));
  return configError('config-invalid', { ...fields, provider, problems }, cause);
}

/** The errors by field that a `config-invalid` carries, for forms. */
export function fieldErrorsOf(error: HoldfastError): readonly FieldError[] {
  return Object.entries(error.details).flatMap(([name, message]) =>
    name.startsWith(fieldPrefix) ? [{ field: name.slice(fieldPrefix.length), message: String(message) }] : [],
  );
}

const fieldPrefix = 'field:';

/** A setting that the schema doesn't name is a slip of the finger even where the schema forgets to forbid it. */
function unknownFields(schema: JsonObject, given: JsonObject, problems: readonly SchemaProblem[]): SchemaProblem[] {
  const known = Object.keys(propertiesOf(schema));
  const told = new Set(problems.filter(({ kind }) => kind === 'unknown').map(({ path }) => formatPath(path)));
  const unknown = Object.keys(given).filter((name) => !known.includes(name) && !told.has(name));
  return unknown.map((name) => unknownField([name], known));
}

function toFieldError({ path, kind, expected, found }: SchemaProblem, secret: ReadonlySet<string>): FieldError {
  const field = path.length === 0 ? 'base' : formatPath(path);
  if (kind === 'missing') return { field, message: `This is missing; expected ${expected}.` };
  if (kind === 'unknown') return { field, message: `There is no such setting.${expected === '' ? '' : ` Did you mean ${expected}?`}` };
  const shown = secret.has(String(path[0])) ? '' : `, found ${found}`;
  return { field, message: `Expected ${expected}${shown}.` };
}
