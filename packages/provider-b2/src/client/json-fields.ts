/** An object of an answer, whose fields are looked at one by one. */
export type JsonFields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is JsonFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(fields: JsonFields, name: string): JsonFields | undefined {
  const value = fields[name];
  return isFields(value) ? value : undefined;
}

export function textOf(fields: JsonFields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(fields: JsonFields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The objects of a list; nothing where there is no list. */
export function listOf(fields: JsonFields, name: string): readonly JsonFields[] | undefined {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : undefined;
}

/** The texts of a list. */
export function textsOf(fields: JsonFields, name: string): readonly string[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
