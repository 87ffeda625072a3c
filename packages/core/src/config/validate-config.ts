import type { HoldfastError } from '../base/errors.js';
import type { FieldError } from '../provider-api/index.js';
import { propertiesOf } from '../providers/config-schema.js';
import { schemaCheck } from '../providers/json-schema.js';
import { manifestInvalid } from '../providers/manifest.js';
import type { ProviderType } from '../providers/provider-package.js';
import { formatPath, isJsonObject, type JsonObject, type SchemaProblem, unknownField } from '../providers/schema-problem.js';
import { configError } from './errors.js';

/**
 * Checks settings against the type's schema and puts its defaults in place of what is missing. `config-invalid` carries
 * an error for each field (see {@link fieldErrorsOf}); none of them shows a secret.
 */
export async function validateConfig(type: ProviderType, config: unknown): Promise<JsonObject> {
  if (!isJsonObject(config)) throw configInvalid(type, [{ field: 'base', message: 'Expected an object with the settings.' }]);
  const check = await checkOf(type);
  const { value, problems } = check(config);
  const errors = [...problems.map((problem) => toFieldError(problem, type)), ...unknownFields(type, config, problems)];
  if (errors.length > 0) throw configInvalid(type, errors);
  return isJsonObject(value) ? value : {};
}

/** The error for settings that don't fit, whoever found out. */
export function configInvalid(type: ProviderType, errors: readonly FieldError[], cause?: unknown): HoldfastError {
  const problems = errors.map(({ field, message }) => (field === 'base' ? message : `${field}: ${message}`)).join(' ');
  const fields = Object.fromEntries(errors.map(({ field, message }) => [`${fieldPrefix}${field}`, message]));
  return configError('config-invalid', { ...fields, provider: type.id, problems }, cause);
}

/** The errors by field that a `config-invalid` carries, for forms. */
export function fieldErrorsOf(error: HoldfastError): readonly FieldError[] {
  return Object.entries(error.details).flatMap(([name, message]) =>
    name.startsWith(fieldPrefix) ? [{ field: name.slice(fieldPrefix.length), message: String(message) }] : [],
  );
}

const fieldPrefix = 'field:';

async function checkOf(type: ProviderType) {
  try {
    return await schemaCheck(type.configSchema);
  } catch (error) {
    const fault = `The configuration schema of "${type.id}": ${error instanceof Error ? error.message : String(error)}.`;
    throw manifestInvalid(type.package, type.package.folder ?? 'this app', [fault]);
  }
}

/** A setting that the schema doesn't name is a slip of the finger even where the schema forgets to forbid it. */
function unknownFields(type: ProviderType, config: JsonObject, problems: readonly SchemaProblem[]): FieldError[] {
  const known = Object.keys(propertiesOf(type.configSchema));
  const told = new Set(problems.filter(({ kind }) => kind === 'unknown').map(({ path }) => formatPath(path)));
  const unknown = Object.keys(config).filter((name) => !known.includes(name) && !told.has(name));
  return unknown.map((name) => toFieldError(unknownField([name], known), type));
}

function toFieldError({ path, kind, expected, found }: SchemaProblem, type: ProviderType): FieldError {
  const field = path.length === 0 ? 'base' : formatPath(path);
  if (kind === 'missing') return { field, message: `This is missing; expected ${expected}.` };
  if (kind === 'unknown') return { field, message: `There is no such setting.${expected === '' ? '' : ` Did you mean ${expected}?`}` };
  const shown = type.secretFields.includes(String(path[0])) ? '' : `, found ${found}`;
  return { field, message: `Expected ${expected}${shown}.` };
}
